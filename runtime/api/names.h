// Field names that every layer reads, interned once.
#pragma once

#include "runtime/value/string.h"

namespace wavetank::names {

inline const Name kAnnotations("annotations");
inline const Name kApiVersion("apiVersion");
inline const Name kBlockOwnerDeletion("blockOwnerDeletion");
inline const Name kConditions("conditions");
inline const Name kController("controller");
inline const Name kCreationTimestamp("creationTimestamp");
inline const Name kDeletionGracePeriodSeconds("deletionGracePeriodSeconds");
inline const Name kDeletionTimestamp("deletionTimestamp");
inline const Name kFinalizers("finalizers");
inline const Name kGenerateName("generateName");
inline const Name kGeneration("generation");
inline const Name kItems("items");
inline const Name kKind("kind");
inline const Name kLabels("labels");
inline const Name kMetadata("metadata");
inline const Name kName("name");
inline const Name kNamespace("namespace");
inline const Name kNodeName("nodeName");
inline const Name kOwnerReferences("ownerReferences");
inline const Name kPhase("phase");
inline const Name kReplicas("replicas");
inline const Name kResourceVersion("resourceVersion");
inline const Name kSpec("spec");
inline const Name kStatus("status");
inline const Name kType("type");
inline const Name kUid("uid");

}  // namespace wavetank::names

// Rules of single kinds that look at several places of an object, or at what was stored before (API-723..740).
#pragma once

#include "sim/apiserver/validation.h"

namespace wavetank::sim {

using KindCheck = void (*)(const Value& object, FieldErrors& errors);
using KindChangeCheck = void (*)(std::string_view subresource, const Value& object, const Object& stored,
                                 FieldErrors& errors);

// validate_config.cpp
void CheckConfigMap(const Value& object, FieldErrors& errors);
void CheckConfigMapChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckSecret(const Value& object, FieldErrors& errors);
void CheckSecretChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckNamespaceChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckNodeChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckService(const Value& object, FieldErrors& errors);

// validate_events.cpp: of core/v1, and of events.k8s.io; both get the stored form
void CheckEvent(const Value& object, FieldErrors& errors);
void CheckNewEvent(const Value& object, FieldErrors& errors);
void CheckNewEventChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);

// validate_workloads.cpp
void CheckReplicaSet(const Value& object, FieldErrors& errors);
void CheckDeployment(const Value& object, FieldErrors& errors);
void CheckDaemonSet(const Value& object, FieldErrors& errors);
void CheckStatefulSet(const Value& object, FieldErrors& errors);
void CheckJob(const Value& object, FieldErrors& errors);
void CheckPodChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckSelectorChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckStatefulSetChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
void CheckJobChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);

}  // namespace wavetank::sim

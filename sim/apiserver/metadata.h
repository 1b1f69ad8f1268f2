// Metadata that belongs to the server: uid, creationTimestamp, generation, resourceVersion, deletion (API-070..090).
#pragma once

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

// metadata.resourceVersion as a number. "" and absent are 0. The error is Go's text (API-141).
Result<uint64_t> ParseResourceVersion(std::string_view text);
// The text of a revision as objects carry it.
Value RevisionText(uint64_t revision);
// The time as objects carry it.
Value TimeText(Time time);

// A copy of the object under another resourceVersion.
Object WithRevision(const Object& object, uint64_t revision);

// Notes on finished metadata that decoding it again would change nothing, so that the next writer's copy of it costs
// nothing. REQUIRES: it was made of decoded metadata.
void MarkDecoded(const Exchange& exchange, const Value& metadata);

// The object as storage gives it back (StoredForm). `before`: what is stored, of an update.
Value AsStored(const Exchange& exchange, Value object, const Value& before = {});

// Exact duplicates among ownerReferences go, with a warning (API-090).
Value DropDuplicateOwners(Exchange& exchange, Value object);

// Does a write through the main endpoint count as a new generation?
bool BumpsGeneration(GenerationRule rule, const Value& object, const Object& stored);

}  // namespace wavetank::sim

// ServerState: what an ApiServer is made of, for the files that make its verbs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/time.h"
#include "sim/apiserver/memo.h"
#include "sim/apiserver/selection.h"
#include "sim/apiserver/store.h"
#include "sim/apiserver/strategy.h"
#include "sim/apiserver/versions.h"

namespace wavetank::sim {

// A mutating webhook by configuration of the test, not by an object of the cluster.
struct Hook {
  Gvr resource;
  std::vector<Verb> operations;  // kCreate, kUpdate, kPatch, kDelete
  std::string name;              // as error texts call it
  std::string target;            // as NeedsCall names it
};

struct ServerOptions {
  bool defaulting = true;
  bool validation = true;  // both off only for the bare benchmark
  uint64_t first_revision = 1;
  size_t keep_log = 32768;  // entries; a watch from before the oldest gets 410
  std::vector<Hook> hooks;
  // Gets the address of each row of the rule tables that something broke (validate_rules.h); for tests.
  std::vector<const void*>* broken_rules = nullptr;
};

// What an answer to a LIST says beside its items: {apiVersion, kind, metadata: {resourceVersion}}. The last one is kept: the
// informers of a world that starts all list at one revision.
class ListHead {
 public:
  const Value& At(const Value& api_version, const Value& list_kind, uint64_t revision);

 private:
  Value head_;
  uint64_t revision_ = 0;
};

// A resource as this server serves it; found once a request.
struct Served {
  const ResourceInfo* resource = nullptr;
  const KindStrategy* strategy = nullptr;
  uint32_t verbs = 0;  // a bit a Verb
  // The status a new object gets: what the type prints when nobody set anything. Null: the kind has none.
  Value empty_status;
  std::string_view deprecation;             // warned of on every verb; empty for most
  const TypeInfo* metadata_type = nullptr;  // of its metadata; null for a kind without type
  // As the request names it; `resource` is how it is stored. The same but for a second version of a kind (versions.h).
  const ResourceInfo* shown = nullptr;
  const KindVersion* version = nullptr;
  Value api_version;  // of `shown`
  Value list_kind;    // of a list of them
  mutable ListHead list_head;
};

// Gvr -> Served in a few nanoseconds: the registry is asked once per resource. A pure cache of one registry's answers.
class ServedCache {
 public:
  // Null when the registry does not know the resource.
  const Served* Find(const KindRegistry& kinds, const Gvr& gvr);

 private:
  struct Slot {
    explicit Slot(const Gvr& gvr) : gvr(gvr) {}
    Gvr gvr;
    Served served;
  };
  const Served* Insert(const KindRegistry& kinds, const Gvr& gvr);
  std::vector<std::unique_ptr<Slot>> slots_;  // open addressing; at most half full
  size_t used_ = 0;
};

// The text of the present second, made once.
class TimeTexts {
 public:
  const Value& Text(Time time) {
    if (text_.is_null() || time.seconds() != seconds_) {
      seconds_ = time.seconds();
      text_ = Value(FormatTime(time));
    }
    return text_;
  }

 private:
  int64_t seconds_ = 0;
  Value text_;
};

// The conditions of a Pod that has just found its node and had none; shared by all that do so in one second.
class ScheduledConditions {
 public:
  const Value& At(TimeTexts& times, Time time);

 private:
  Value time_;
  Value conditions_;
};

// Kinds whose objects admission reads (admission_objects.h); null when the registry has none.
struct OtherKinds {
  const ResourceInfo* limit_ranges = nullptr;
  const ResourceInfo* quotas = nullptr;
  const ResourceInfo* runtime_classes = nullptr;
  const ResourceInfo* storage_classes = nullptr;
  const ResourceInfo* ingress_classes = nullptr;
};

struct ServerState {
  Store store;
  KindRegistry kinds;
  std::shared_ptr<const ServerOptions> options;
  // Shared by copies: results of pure functions.
  std::shared_ptr<Memo> memo;           // spec of a Pod -> admitted spec, first status
  std::shared_ptr<Memo> bound;          // spec of a Pod, by the hash of a node's name -> the same on that node
  std::shared_ptr<Memo> decoded;        // spec as sent -> decoded and defaulted; of one kind table, see SetKinds
  std::shared_ptr<ServedCache> served;  // shared by copies with the same kinds
  std::shared_ptr<Selection::Parser> selections;  // the same
  std::shared_ptr<TimeTexts> times;
  std::shared_ptr<ScheduledConditions> scheduled;
  const ResourceInfo* namespaces = nullptr;  // core/v1 namespaces; null when the registry has none
  const ResourceInfo* priority_classes = nullptr;
  OtherKinds others;
};

}  // namespace wavetank::sim

// ApiRequest and ApiResponse: the cut between Kubernetes clients and servers (DESIGN section 3).
//
// A request is a value: verb, resource, key, options, body. `runtime/wire` turns it into HTTP and back; the simulated
// network hands it over as it is. An answer that is an object carries the very handle the server stores; nothing is
// copied on the way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/gvk.h"
#include "runtime/api/object.h"
#include "runtime/base/pool.h"
#include "runtime/transport/watch_stream.h"
#include "runtime/value/value.h"

namespace wavetank {

enum class Verb : uint8_t { kGet, kList, kWatch, kCreate, kUpdate, kPatch, kDelete, kDeleteCollection };
std::string_view VerbName(Verb verb);  // "get", "list", ..., "deletecollection"
constexpr bool IsWrite(Verb verb) { return verb >= Verb::kCreate; }

enum class PatchType : uint8_t { kJson, kMerge, kStrategicMerge, kApply };

enum class FieldValidation : uint8_t { kWarn, kIgnore, kStrict };

// The query of a list, a watch or a deletecollection. Selectors are text, as on the wire.
struct ListOptions {
  static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }

  String label_selector;
  String field_selector;
  String resource_version;        // "": most recent; "0": any; "N": not older than N (API-287)
  String resource_version_match;  // "", "Exact", "NotOlderThan"
  int64_t limit = 0;              // 0: no limit
  String continue_token;
  int64_t timeout_seconds = 0;  // 0: the server's choice
  bool allow_bookmarks = false;
  std::optional<bool> send_initial_events;
};

// How a body stood on the wire: for strict decoding, and for errors that quote it. Requests made in process have none.
struct BodySource {
  std::string text;                     // the bytes as sent
  bool is_json = true;                  // `text` is JSON
  std::vector<std::string> duplicates;  // keys that stand twice, in the manner of ParseJson or ParseYamlValues
  // Why the bytes are no document, in the server's words; the body is null then. Other errors come first, so that the
  // server says it, not who parsed (API-020).
  std::string error;
};

struct ApiRequest {
  ApiRequest(Verb verb, Gvr resource) : verb(verb), resource(resource) {}

  Verb verb;
  PatchType patch_type = PatchType::kMerge;
  FieldValidation field_validation = FieldValidation::kWarn;
  bool dry_run = false;
  bool force = false;  // server-side apply
  Gvr resource;
  String ns;           // empty: cluster scope, or all namespaces
  String name;         // empty for collections and creates
  String subresource;  // "", "status", "scale", ...
  String field_manager;
  String resource_version;  // of a get: "" , "0", "N" (API-125)
  Value body;               // the object, the patch, or DeleteOptions
  Value options;            // of a subresource that connects (log, exec, ...): the query, name -> list of texts
  std::unique_ptr<ListOptions> list;  // list, watch, deletecollection; null: all defaults
  std::unique_ptr<const BodySource> source;

  // "create pods default/frontend-x7k2p", for reports and logs.
  std::string Describe() const;
};

// A request cannot be copied by accident; this says that a copy is meant.
ApiRequest CloneRequest(const ApiRequest& request);

struct ApiResponse {
  ApiResponse() = default;

  int code = 200;
  Object object;              // an answer that is one object
  std::vector<Object> items;  // an answer that is a list
  Value body;                 // any other document (Status, Scale); of a list everything but its items
  std::vector<String> warnings;
  std::unique_ptr<WatchStream> stream;  // an accepted watch

  bool ok() const { return code < 400; }
  // The whole document as a client of HTTP would read it. O(items).
  Value Document() const;
};

}  // namespace wavetank

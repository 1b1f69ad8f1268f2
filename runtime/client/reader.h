// Reader: where a Client's reads are answered from, when not by the server: a cache (RT-239).
//
//   Client cached = client.WithReader(&cache);
//   auto pod = co_await cached.Get<Pod>(ObjectKey("default", "web-0"));    // no request, no suspension once synced
//
// A read is answered at once or not at all: `GetNow` gives nothing while the kind is not there yet; the caller then awaits
// `Prepare` once and asks again. So a read from a warm cache costs no coroutine.
// Ownership: the Reader outlives every Client that refers to it.
#pragma once

#include <optional>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/client/options.h"
#include "runtime/exec/task.h"

namespace wavetank {

// An answer to a list. Items are shared handles, in the order of their keys.
struct ObjectList {
  std::vector<Object> items;
  String resource_version;  // empty when the list came from a cache
  String continue_token;    // more is to come; only when the caller asked for one page
  uint32_t pages = 1;       // requests that it took
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual std::optional<Result<Object>> GetNow(const ResourceInfo& kind, const ObjectKey& key) = 0;
  virtual std::optional<Result<ObjectList>> ListNow(const ResourceInfo& kind, const ListOptionsBuilder& options) = 0;
  // Until the kind can be read (then GetNow and ListNow answer), or an error.
  virtual Task<Status> Prepare(const ResourceInfo* kind) = 0;
};

}  // namespace wavetank

// The texts of OpenAPI documents, kept once they were asked for.
//
//   OpenApiCache cache;
//   const OpenApiCache::Page* page = cache.V3(kinds, "apis/apps/v1");      // null: no such document
//
// A server that nobody asks makes none. Custom kinds change a document's hash, and so make another text. Bound: at most
// kMaxPages texts; beyond that all are dropped and made anew when asked for.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sim/apiserver/openapi.h"

namespace wavetank::sim {

class OpenApiCache {
 public:
  static constexpr size_t kMaxPages = 128;

  struct Page {
    std::string hash;
    std::string text;
  };

  // Valid until the next call.
  const Page* V3(const KindRegistry& kinds, std::string_view path);
  const Page& V2Json(const KindRegistry& kinds);
  const Page& V2Protobuf(const KindRegistry& kinds);

 private:
  // Drops a page of another hash. REQUIRES: `name` is one of a bounded set.
  Page& Slot(const std::string& name, const std::string& hash);

  std::map<std::string, Page, std::less<>> pages_;
};

}  // namespace wavetank::sim

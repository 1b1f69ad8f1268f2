#include "sim/apiserver/openapi_cache.h"

#include "runtime/value/json.h"
#include "sim/apiserver/discovery.h"

namespace wavetank::sim {
namespace {

// Everything is in the document of version 2, so it changes with every one of version 3.
std::string V2Hash(const KindRegistry& kinds) {
  std::string facts;
  for (const ResourceInfo* r : kinds.Resources()) {
    if (r->owner == nullptr && r->type != nullptr) continue;
    facts += r->gvk.ToString() + (r->type == nullptr ? "\n" : " " + std::to_string(r->type->id) + "\n");
  }
  return PageTag(facts);
}

}  // namespace

OpenApiCache::Page& OpenApiCache::Slot(const std::string& name, const std::string& hash) {
  if (pages_.size() >= kMaxPages && !pages_.contains(name)) pages_.clear();
  Page& page = pages_[name];
  if (page.hash != hash) page = {hash, ""};
  return page;
}

const OpenApiCache::Page* OpenApiCache::V3(const KindRegistry& kinds, std::string_view path) {
  const auto known = pages_.find(path);
  const std::string hash = OpenApiV3Hash(kinds, path);
  if (known != pages_.end() && known->second.hash == hash) return &known->second;
  const std::optional<Value> document = OpenApiV3Document(kinds, path);
  if (!document.has_value()) return nullptr;
  Page& page = Slot(std::string(path), hash);
  page.text = WriteJson(*document);
  return &page;
}

const OpenApiCache::Page& OpenApiCache::V2Json(const KindRegistry& kinds) {
  Page& page = Slot("/v2", V2Hash(kinds));
  if (page.text.empty()) page.text = WriteJson(OpenApiV2Document(kinds));
  return page;
}

const OpenApiCache::Page& OpenApiCache::V2Protobuf(const KindRegistry& kinds) {
  Page& page = Slot("/v2.protobuf", V2Hash(kinds));
  if (page.text.empty()) page.text = GnosticDocument(OpenApiV2Document(kinds));
  return page;
}

}  // namespace wavetank::sim

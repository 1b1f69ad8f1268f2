// Lists in pages.

#include "runtime/api/status_error.h"
#include "runtime/client/client_core.h"

namespace wavetank::internal {
namespace {

const Name kContinue("continue");

ClientCall<ApiResponse> ListPage(ClientCore& core, const ResourceInfo& kind, const String& ns,
                                 const ListOptions& query) {
  auto exchange = std::make_unique<Exchange>(core, Verb::kList, kind.gvr);
  if (kind.namespaced) exchange->request().ns = ns;
  exchange->request().list = std::make_unique<ListOptions>(query);
  return ClientCall<ApiResponse>(std::move(exchange));
}

// Appends the page's items; its version and token become the list's.
void AddPage(ObjectList& list, ApiResponse&& page) {
  if (list.items.empty()) {
    list.items = std::move(page.items);
  } else {
    list.items.insert(list.items.end(), std::make_move_iterator(page.items.begin()),
                      std::make_move_iterator(page.items.end()));
  }
  const Value& metadata = page.body[names::kMetadata];
  list.resource_version = metadata[names::kResourceVersion].ToSharedString();
  list.continue_token = metadata[kContinue].ToSharedString();
}

}  // namespace

Task<Result<ObjectList>> ListLive(std::shared_ptr<ClientCore> core, const ResourceInfo* kind,
                                  ListOptionsBuilder options) {
  ListOptions query = options.ToQuery();
  ObjectList list;
  for (;;) {
    Result<ApiResponse> page = co_await ListPage(*core, *kind, options.ns(), query);
    if (!page.ok()) {
      // The token grew too old while we paged: once more, all at once (RT-165).
      if (options.one_page() || query.continue_token.empty() || !IsExpired(page.status())) co_return page.status();
      list = ObjectList();
      query = options.ToQuery();
      query.limit = 0;
      continue;
    }
    AddPage(list, *std::move(page));
    if (list.continue_token.empty() || options.one_page()) co_return list;
    ++list.pages;
    query.continue_token = std::move(list.continue_token);
    // A token carries its version itself (kubernetes issue 85221).
    query.resource_version = String();
    query.resource_version_match = String();
  }
}

}  // namespace wavetank::internal

// GET and LIST: from the store when they must be fresh, from the replica when they may be old (API-125, API-285..294).
#include <algorithm>
#include <optional>

#include "sim/apiserver/delete_options.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/list_options.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/selection.h"
#include "sim/apiserver/subresources.h"

namespace wavetank::sim {
namespace {

constexpr Duration kReadPatience = std::chrono::seconds(3);

const Name kContinue("continue");
const Name kRemainingItemCount("remainingItemCount");

// Which state of the world a read is served from.
struct Snapshot {
  const Tables* tables = nullptr;
  uint64_t revision = 0;
  std::optional<Tables> past;  // owns the tables of a revision that is no more
};

Snapshot Newest(const Exchange& exchange) {
  return {&exchange.state.store.tables(), exchange.state.store.revision(), std::nullopt};
}

Snapshot Cached(const Exchange& exchange) {
  return {&exchange.replica.tables(exchange.server), exchange.replica.revision(exchange.server), std::nullopt};
}

// The read waits for its replica, or fails when it has waited long enough.
Outcome Wait(Exchange& exchange, uint64_t wanted, Time deadline) {
  if (deadline == Time()) deadline = exchange.info.now + kReadPatience;
  if (exchange.info.now >= deadline) return Fail(TooLargeVersion(wanted, exchange.replica.revision(exchange.server)));
  std::unique_ptr<Continuation> next = Suspend(exchange, Continuation::Stage::kRead, Value(), 0);
  next->deadline = deadline;
  return WaitFor{wanted, deadline, std::move(next)};
}

bool Behind(const Exchange& exchange, uint64_t wanted) { return exchange.replica.revision(exchange.server) < wanted; }

// ---- Lists.

Status Expired() { return ExpiredError("The resourceVersion for the provided list is too old."); }

// 410 with a token that goes on at the newest revision (API-293).
Status ExpiredContinue(const ContinueToken& token) {
  const Status status = ExpiredError(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list "
      "without "
      "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
      "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
      "deleted between the time the first chunk was returned and now may show up in the list.");
  const Value document =
      ToStatusDocument(status).SetIn({names::kMetadata, kContinue}, EncodeContinue({-1, token.start}));
  return FromStatusDocument(document, 410);
}

// What a list asks for, after its options were understood.
struct ListPlan {
  Snapshot at;
  std::string start;  // key suffix to begin with; empty: the first
  int64_t limit = 0;
};

// The revision as it was, from the log.
Status Travel(const Exchange& exchange, uint64_t revision, ListPlan& plan) {
  std::optional<Tables> past = exchange.state.store.At(revision);
  if (!past.has_value()) return Expired();
  plan.at = {nullptr, revision, std::move(past)};
  return {};
}

Status PlanContinued(const Exchange& exchange, const ListOptions& options, ListPlan& plan) {
  WT_ASSIGN(const ContinueToken token, DecodeContinue(options.continue_token.view()));
  if (!options.resource_version.empty() && options.resource_version != "0") {
    return BadRequestError("specifying resource version is not allowed when using continue");
  }
  plan.start = token.start;
  if (options.resource_version == "0") plan.limit = 0;  // observed.md 294
  if (token.revision < 0) {
    plan.at = Newest(exchange);
    return {};
  }
  const uint64_t revision = static_cast<uint64_t>(token.revision);
  if (revision > exchange.state.store.revision()) return TooLargeVersion(revision, exchange.state.store.revision());
  return Travel(exchange, revision, plan).ok() ? Status() : ExpiredContinue(token);
}

// The key a token stands for: tokens of a list over all namespaces carry the namespace.
KeyView StartKey(const Exchange& exchange, std::string_view start) {
  if (!exchange.resource().namespaced) return KeyView("", start);
  if (!exchange.request.ns.empty()) return KeyView(exchange.request.ns.view(), start);
  const size_t slash = start.find('/');
  if (slash == std::string_view::npos) return KeyView(start, "");
  return KeyView(start.substr(0, slash), start.substr(slash + 1));
}

// The items; what there is to say of the rest of a list that did not fit goes to the metadata of its document.
void Collect(const Exchange& exchange, const ListPlan& plan, const Selection& wanted, ApiResponse& response) {
  const ResourceInfo& resource = exchange.resource();
  const Tables& tables = plan.at.past.has_value() ? *plan.at.past : *plan.at.tables;
  const ObjectTree& tree = tables.Of(resource);
  KeyView from("", "");
  if (!plan.start.empty()) {
    from = StartKey(exchange, plan.start);
  } else if (wanted.ns().has_value()) {
    from = KeyView(wanted.ns()->view(), wanted.name().has_value() ? wanted.name()->view() : "");
  } else if (wanted.name().has_value() && !resource.namespaced) {
    from = KeyView("", wanted.name()->view());
  }
  const bool one_key = wanted.name().has_value() && (wanted.ns().has_value() || !resource.namespaced);
  Object next;  // the first that did not fit
  tree.ForEach(&from, [&](const Object& object) {
    if (wanted.ns().has_value() && object.ns() != *wanted.ns()) return false;
    if (one_key && object.name() != *wanted.name()) return false;
    // The real server does not look further either: what comes next may not be wanted.
    if (plan.limit > 0 && response.items.size() >= static_cast<size_t>(plan.limit)) {
      next = object;
      return false;
    }
    if (!wanted.Matches(object)) return true;
    response.items.push_back(object);
    return true;
  });
  if (!next) return;
  const ObjectKey& last = response.items.back().key();
  const bool whole = resource.namespaced && exchange.request.ns.empty();
  const std::string suffix = whole ? last.ns.str() + "/" + last.name.str() : last.name.str();
  const auto say = [&response](Name name, Value value) {
    response.body = response.body.SetIn({names::kMetadata, name}, std::move(value));
  };
  say(kContinue, EncodeContinue({static_cast<int64_t>(plan.at.revision), suffix + std::string(1, '\0')}));
  if (!wanted.everything()) return;
  size_t rest = tree.CountFrom(KeyView(next.key()));
  if (wanted.ns().has_value()) rest -= tree.CountFrom(KeyView(wanted.ns()->view(), "\xff"));
  say(kRemainingItemCount, static_cast<int64_t>(rest));
}

Outcome Answer(Exchange& exchange, const ListPlan& plan, const Selection& wanted) {
  ApiResponse response;
  const Served& served = exchange.served;
  response.body = served.list_head.At(served.api_version, served.list_kind, plan.at.revision);
  Collect(exchange, plan, wanted, response);
  if (exchange.served.version != nullptr) {
    for (Object& item : response.items) item = Object(exchange.FromStorage(item.value()));
  }
  response.warnings = std::move(exchange.warnings);
  return response;
}

Outcome ListAt(Exchange& exchange, Time deadline) {
  static const ListOptions kNone;
  const ListOptions& options = exchange.request.list == nullptr ? kNone : *exchange.request.list;
  if (Status bad = CheckListOptions(options, false); !bad.ok()) return Fail(bad);
  Result<Selection> wanted =
      Selection::Of(exchange.shown(), exchange.request, *exchange.state.selections, exchange.served.version);
  if (!wanted.ok()) return Fail(wanted.status());
  ListPlan plan;
  plan.limit = options.limit;
  if (!options.continue_token.empty()) {
    if (Status bad = PlanContinued(exchange, options, plan); !bad.ok()) return Fail(bad);
    return Answer(exchange, plan, *wanted);
  }
  const Result<uint64_t> version = ParseResourceVersion(options.resource_version.view());
  if (!version.ok()) {
    return Fail(BadRequestError("invalid resource version: resourceVersion: Invalid value: " +
                                FieldValueText(Value(options.resource_version)) + ": " + version.status().message()));
  }
  const bool any = *version == 0 && options.resource_version != "0";  // "", "00"
  if (any) {
    plan.at = Newest(exchange);
    return Answer(exchange, plan, *wanted);
  }
  const bool exact = options.resource_version_match == "Exact" ||
                     (options.resource_version_match.empty() && options.limit > 0 && *version > 0);  // API-288
  if (!exact) {
    if (Behind(exchange, *version)) return Wait(exchange, *version, deadline);
    if (*version == 0) plan.limit = 0;  // API-288
    plan.at = Cached(exchange);
    return Answer(exchange, plan, *wanted);
  }
  if (*version > exchange.state.store.revision()) return Wait(exchange, *version, deadline);
  if (Status gone = Travel(exchange, *version, plan); !gone.ok()) return Fail(gone);
  return Answer(exchange, plan, *wanted);
}

Outcome GetAt(Exchange& exchange, Time deadline) {
  const ApiRequest& request = exchange.request;
  const Tables* tables = &exchange.state.store.tables();
  if (!request.resource_version.empty()) {
    const Result<uint64_t> version = ParseResourceVersion(request.resource_version.view());
    if (!version.ok()) {
      return Fail(RawError("resourceVersion: Invalid value: " + FieldValueText(Value(request.resource_version)) + ": " +
                           version.status().message()));
    }
    if (Behind(exchange, *version)) return Wait(exchange, *version, deadline);
    tables = &exchange.replica.tables(exchange.server);
  }
  const Object* found = tables->Of(exchange.resource()).Find(KeyView(request.ns.view(), request.name.view()));
  if (found == nullptr) return Fail(NotFoundError(exchange.shown().gvr, request.name.view()));
  if (const SubresourceRow* row = FindSubresourceRow(request.subresource.view());
      row != nullptr && row->get != nullptr) {
    return row->get(exchange, *found);
  }
  return Reply(exchange, 200, *found);
}

}  // namespace

Outcome Get(Exchange& exchange) { return GetAt(exchange, exchange.deadline); }

Outcome List(Exchange& exchange) { return ListAt(exchange, exchange.deadline); }

Outcome DeleteCollection(Exchange& exchange) {
  Result<DeleteOptions> options = ReadDeleteOptions(exchange.request);
  if (!options.ok()) return Fail(options.status());
  exchange.request.dry_run = exchange.request.dry_run || options->dry_run;
  // It lists in chunks, so that a version is one exactly (API-288).
  if (ListOptions* list = exchange.request.list.get();
      list != nullptr && list->limit == 0 && list->resource_version_match.empty()) {
    if (!list->resource_version.empty() && list->resource_version != "0") list->resource_version_match = "Exact";
  }
  Outcome listed = List(exchange);
  ApiResponse* response = std::get_if<ApiResponse>(&listed);
  if (response == nullptr || !response->ok()) return listed;
  exchange.warnings = std::move(response->warnings);
  WarnOfOrphans(exchange, *options);
  // One after the other, as it was listed; an object that is gone by now is no error (API-147).
  for (const Object& item : response->items) {
    const Object* stored = exchange.state.store.Find(exchange.resource(), item.key());
    if (stored == nullptr) continue;
    const Object hold = *stored;
    Outcome one = DeleteObject(exchange, *options, hold);
    ApiResponse* answer = std::get_if<ApiResponse>(&one);
    if (answer == nullptr || !answer->ok()) return one;
    exchange.warnings = std::move(answer->warnings);  // each text once over all of them
  }
  response->warnings = std::move(exchange.warnings);
  return listed;
}

}  // namespace wavetank::sim

#include "runtime/wire/options.h"

#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/api/wire_text.h"
#include "runtime/base/strings.h"
#include "runtime/base/time.h"

namespace wavetank {
namespace {

const Name kDryRun("dryRun");
const Name kGracePeriodSeconds("gracePeriodSeconds");
const Name kOrphanDependents("orphanDependents");
const Name kPreconditions("preconditions");
const Name kPropagationPolicy("propagationPolicy");

bool Truthy(std::string_view text) { return text != "0" && !EqualNoCase(text, "false"); }

Status ReadInt(const Query& query, std::string_view name, int64_t& out) {
  const std::string* text = query.Find(name);
  if (text == nullptr) return {};
  WT_ASSIGN(out, ParseGoInt(*text));
  return {};
}

void ReadText(const Query& query, std::string_view name, String& out) {
  if (const std::string* text = query.Find(name); text != nullptr) out = *text;
}

Status ReadListOptions(const Query& query, ApiRequest& request) {
  auto list = std::make_unique<ListOptions>();
  ReadText(query, "labelSelector", list->label_selector);
  ReadText(query, "fieldSelector", list->field_selector);
  list->allow_bookmarks = QueryFlag(query, "allowWatchBookmarks");
  ReadText(query, "resourceVersion", list->resource_version);
  ReadText(query, "resourceVersionMatch", list->resource_version_match);
  WT_RETURN_IF_ERROR(ReadInt(query, "timeoutSeconds", list->timeout_seconds));
  WT_RETURN_IF_ERROR(ReadInt(query, "limit", list->limit));
  ReadText(query, "continue", list->continue_token);
  if (const std::string* initial = query.Find("sendInitialEvents"); initial != nullptr) {
    list->send_initial_events = Truthy(*initial);
  }
  request.list = std::move(list);
  return {};
}

// ---- Options of writes.

std::string_view OptionsKind(Verb verb) {
  switch (verb) {
    case Verb::kCreate: return "CreateOptions";
    case Verb::kUpdate: return "UpdateOptions";
    case Verb::kPatch: return "PatchOptions";
    default: return "DeleteOptions";
  }
}

// Go prints the whole list of a bad dryRun.
Value Texts(const std::vector<std::string_view>& texts) {
  ArrayBuilder list;
  for (const std::string_view text : texts) list.Add(Value(text));
  return list.Build();
}

void CheckManager(std::string_view manager, std::vector<FieldError>& errors) {
  if (manager.size() > 128) errors.push_back(field::TooLong("fieldManager", 128));
  size_t position = 0;
  for (size_t at = 0; at < manager.size(); ++position) {
    const auto c = static_cast<unsigned char>(manager[at]);
    const size_t length = std::max<size_t>(1, Utf8Length(manager, at));
    if (c < 0x20 || c == 0x7f) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      const std::string code = std::string("U+00") + kHex[c >> 4] + kHex[c & 15];
      errors.push_back(field::Invalid("fieldManager", Value(manager),
                                      "invalid character " + code + " (at position " + std::to_string(position) + ")"));
    }
    at += length;
  }
}

struct ValidationRow {
  std::string_view name;
  FieldValidation value;
};
constexpr ValidationRow kValidations[] = {
    {"Ignore", FieldValidation::kIgnore}, {"Warn", FieldValidation::kWarn}, {"Strict", FieldValidation::kStrict}};

void ReadValidation(const Query& query, ApiRequest& request, std::vector<FieldError>& errors) {
  const std::string* text = query.Find("fieldValidation");
  if (text == nullptr || text->empty()) return;
  for (const ValidationRow& row : kValidations) {
    if (row.name != *text) continue;
    request.field_validation = row.value;
    return;
  }
  errors.push_back(field::NotSupported("fieldValidation", Value(*text), {"", "Ignore", "Strict", "Warn"}));
}

void ReadDryRun(const Query& query, ApiRequest& request, std::vector<FieldError>& errors) {
  const std::vector<std::string_view> runs = query.All("dryRun");
  request.dry_run = !runs.empty();
  const bool known = std::ranges::all_of(runs, [](std::string_view run) { return run == "All"; });
  if (!known) errors.push_back(field::NotSupported("dryRun", Texts(runs), {"All"}));
}

Status ReadWriteOptions(const Query& query, ApiRequest& request) {
  std::vector<FieldError> errors;
  const bool patch = request.verb == Verb::kPatch;
  const bool apply = patch && request.patch_type == PatchType::kApply;
  const std::string* force = patch ? query.Find("force") : nullptr;
  request.force = force != nullptr && Truthy(*force);
  ReadText(query, "fieldManager", request.field_manager);
  if (apply && request.field_manager.empty()) {
    errors.push_back(field::Required("fieldManager", "is required for apply patch"));
  }
  if (patch && !apply && force != nullptr) {
    errors.push_back(field::Forbidden("force", "may not be specified for non-apply patch"));
  }
  CheckManager(request.field_manager.view(), errors);
  ReadDryRun(query, request, errors);
  ReadValidation(query, request, errors);
  if (errors.empty()) return {};
  return InvalidError(ErrorSubject("meta.k8s.io", OptionsKind(request.verb), ""), errors);
}

// A DELETE without a body says in the query what a body would (API-137). The server judges the document.
Status ReadDeleteOptions(const Query& query, ApiRequest& request) {
  ObjectBuilder options;
  if (const std::string* grace = query.Find("gracePeriodSeconds"); grace != nullptr) {
    WT_ASSIGN(const int64_t seconds, ParseGoInt(*grace));
    options.Add(kGracePeriodSeconds, seconds);
  }
  if (const std::string* orphan = query.Find("orphanDependents"); orphan != nullptr) {
    options.Add(kOrphanDependents, Truthy(*orphan));
  }
  if (const std::string* policy = query.Find("propagationPolicy"); policy != nullptr) {
    options.Add(kPropagationPolicy, *policy);
  }
  if (const std::vector<std::string_view> runs = query.All("dryRun"); !runs.empty()) options.Add(kDryRun, Texts(runs));
  if (const std::string* uid = query.Find("uid"); uid != nullptr && !uid->empty()) {
    options.Add(kPreconditions, ObjectBuilder(1).Add(names::kUid, *uid).Build());
  }
  if (options.size() > 0) request.body = options.Build();
  return {};
}

}  // namespace

bool QueryFlag(const Query& query, std::string_view name) {
  const std::string* text = query.Find(name);
  return text != nullptr && Truthy(*text);
}

Result<Duration> ReadTimeout(const Query& query) {
  const std::string* text = query.Find("timeout");
  if (text == nullptr || text->empty()) return Duration::zero();
  const std::optional<Duration> timeout = ParseDuration(*text);
  if (!timeout.has_value()) {
    const bool unit = !text->empty() && text->find_first_not_of("0123456789.+-") == std::string::npos &&
                      text->find_first_of("0123456789") != std::string::npos;
    return BadRequestError("invalid timeout specified in the request URL - time: " +
                           std::string(unit ? "missing unit in duration " : "invalid duration ") + Quote(*text));
  }
  return *timeout;
}

Status ReadOptions(const Query& query, ApiRequest& request) {
  switch (request.verb) {
    case Verb::kGet:
      if (QueryFlag(query, "export")) {
        return BadRequestError("the export parameter, deprecated since v1.14, is no longer supported");
      }
      ReadText(query, "resourceVersion", request.resource_version);
      return {};
    case Verb::kList:
    case Verb::kWatch: return ReadListOptions(query, request);
    case Verb::kCreate:
    case Verb::kUpdate:
    case Verb::kPatch: return ReadWriteOptions(query, request);
    case Verb::kDelete: return request.source == nullptr ? ReadDeleteOptions(query, request) : Status();
    case Verb::kDeleteCollection:
      WT_RETURN_IF_ERROR(ReadListOptions(query, request));
      return request.source == nullptr ? ReadDeleteOptions(query, request) : Status();
  }
  return {};
}

namespace {

void AddText(Query& query, std::string_view name, const String& text) {
  if (!text.empty()) query.Add(name, text.view());
}

void WriteListOptions(const ListOptions& list, Query& query) {
  AddText(query, "labelSelector", list.label_selector);
  AddText(query, "fieldSelector", list.field_selector);
  AddText(query, "resourceVersion", list.resource_version);
  AddText(query, "resourceVersionMatch", list.resource_version_match);
  if (list.limit != 0) query.Add("limit", std::to_string(list.limit));
  AddText(query, "continue", list.continue_token);
  if (list.timeout_seconds != 0) query.Add("timeoutSeconds", std::to_string(list.timeout_seconds));
  if (list.allow_bookmarks) query.Add("allowWatchBookmarks", "true");
  if (list.send_initial_events.has_value()) {
    query.Add("sendInitialEvents", *list.send_initial_events ? "true" : "false");
  }
}

}  // namespace

void WriteOptions(const ApiRequest& request, Query& query) {
  if (request.verb == Verb::kWatch) query.Add("watch", "true");
  if (request.list != nullptr) WriteListOptions(*request.list, query);
  if (request.verb == Verb::kGet) AddText(query, "resourceVersion", request.resource_version);
  if (request.verb != Verb::kCreate && request.verb != Verb::kUpdate && request.verb != Verb::kPatch) return;
  AddText(query, "fieldManager", request.field_manager);
  if (request.dry_run) query.Add("dryRun", "All");
  if (request.force) query.Add("force", "true");
  for (const ValidationRow& row : kValidations) {
    if (row.value == request.field_validation && row.value != FieldValidation::kWarn) {
      query.Add("fieldValidation", row.name);
    }
  }
}

}  // namespace wavetank

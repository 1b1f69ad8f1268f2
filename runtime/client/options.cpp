#include "runtime/client/options.h"

namespace wavetank {
namespace {

const Name kGracePeriodSeconds("gracePeriodSeconds");
const Name kPreconditions("preconditions");
const Name kPropagationPolicy("propagationPolicy");
const Name kDryRun("dryRun");

void AddPairs(std::string& out, const ListOptionsBuilder::Fields& pairs) {
  for (const Field& pair : pairs) {
    if (!out.empty()) out += ",";
    out.append(pair.key.view()).append("=").append(pair.value.AsString());
  }
}

}  // namespace

ListOptionsBuilder& ListOptionsBuilder::MatchingLabels(const Value& labels) {
  const std::span<const Field> wanted = labels.fields();
  labels_.insert(labels_.end(), wanted.begin(), wanted.end());
  return *this;
}

ListOptionsBuilder& ListOptionsBuilder::MatchingLabels(const std::map<std::string, std::string>& labels) {
  for (const auto& [key, value] : labels) labels_.push_back({String(key), Value(value)});
  return *this;
}

ListOptions ListOptionsBuilder::ToQuery() const {
  ListOptions query;
  if (labels_.empty()) {
    query.label_selector = selector_;
  } else {
    std::string text;
    AddPairs(text, labels_);
    if (!selector_.empty()) text.append(",").append(selector_.view());
    query.label_selector = String(text);
  }
  if (fields_.empty()) {
    query.field_selector = field_selector_;
  } else {
    std::string text;
    AddPairs(text, fields_);
    if (!field_selector_.empty()) text.append(",").append(field_selector_.view());
    query.field_selector = String(text);
  }
  query.resource_version = resource_version_;
  query.resource_version_match = resource_version_match_;
  query.limit = page_size_;
  query.continue_token = continue_token_;
  query.timeout_seconds = timeout_seconds_;
  query.allow_bookmarks = allow_bookmarks_;
  if (send_initial_events_) query.send_initial_events = true;
  return query;
}

Value DeleteOptions::ToBody() const {
  Value preconditions;
  if (!uid_.empty()) preconditions = preconditions.Set(names::kUid, uid_);
  if (!resource_version_.empty()) preconditions = preconditions.Set(names::kResourceVersion, resource_version_);
  if (preconditions.is_null() && !grace_.has_value() && propagation_.empty() && !dry_run_) return Value();
  ObjectBuilder body;
  body.Add(names::kApiVersion, "v1").Add(names::kKind, "DeleteOptions");
  if (!preconditions.is_null()) body.Add(kPreconditions, preconditions);
  if (grace_.has_value()) body.Add(kGracePeriodSeconds, *grace_);
  if (!propagation_.empty()) body.Add(kPropagationPolicy, propagation_);
  if (dry_run_) body.Add(kDryRun, Value::EmptyArray().Append("All"));
  return body.Build();
}

}  // namespace wavetank

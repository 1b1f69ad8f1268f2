#include "sim/scenario/read_parts.h"

#include <algorithm>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/scenario/scenario.h"

namespace wavetank::sim {

std::string ObjectRef::Describe() const {
  std::string out = resource == nullptr ? "?" : std::string(resource->gvk.kind.view());
  return out + " " + (ns.empty() ? name : ns + "/" + name);
}

bool Bounds::Holds(int64_t number) const {
  if (is.has_value() && number != *is) return false;
  if (at_least.has_value() && number < *at_least) return false;
  return !at_most.has_value() || number <= *at_most;
}

std::string Bounds::Describe() const {
  if (is.has_value()) return std::to_string(*is);
  if (at_least.has_value() && at_most.has_value()) {
    return "between " + std::to_string(*at_least) + " and " + std::to_string(*at_most);
  }
  if (at_least.has_value()) return "at least " + std::to_string(*at_least);
  return at_most.has_value() ? "at most " + std::to_string(*at_most) : "any number";
}

Duration ReadDuration(const Value& text) {
  const std::optional<Duration> duration = ParseDuration(text.AsString());
  return duration.has_value() && *duration > Duration::zero() ? *duration : Duration::zero();
}

const ResourceInfo* ReadKind(const Value& text, const LoadContext& context) {
  return text.is_string() ? context.kinds().Lookup(text.AsString()) : nullptr;
}

std::string NamespaceFor(const ResourceInfo* resource, const Value& ns) {
  if (resource == nullptr || !resource->namespaced) return {};
  return std::string(ns.AsString("default"));
}

ObjectRef ReadObjectRef(const Value& value, const Cursor& at, LoadContext& context) {
  ObjectRef ref;
  ref.name = value["name"].AsString();
  if (value.Has("apiVersion")) {
    std::string why;
    ref.resource = context.KindOf(value, why);
    if (ref.resource == nullptr && ReadKind(value["kind"], context) != nullptr) {
      context.Error(at.Child("apiVersion"), std::move(why));
    }
  } else {
    ref.resource = ReadKind(value["kind"], context);
  }
  ref.ns = NamespaceFor(ref.resource, value["namespace"]);
  return ref;
}

std::string ReadSelector(const Value& value) {
  if (value.is_string()) return std::string(value.AsString());
  return value.is_object() ? LabelSelector::Equal(value).ToString() : std::string();
}

Bounds ReadBounds(const Value& value) {
  const auto number = [&](std::string_view field) {
    return value.Has(field) ? std::optional<int64_t>(value[field].AsInt()) : std::nullopt;
  };
  return {number("is"), number("atLeast"), number("atMost")};
}

std::string ReadController(const Value& value, const Cursor& at, ReadState& state, std::string_view field) {
  std::string name;
  if (value.Has(field)) {
    name = value[field].AsString();
  } else if (state.controllers.size() == 1) {
    name = state.controllers[0];
  } else {
    state.context.Error(at, state.controllers.empty() ? "the scenario has no controller"
                                                      : "field " + Quote(field) + " is missing: it is one of " +
                                                            Join(state.controllers, ", "));
  }
  const bool group = std::find(state.groups.begin(), state.groups.end(), name) != state.groups.end();
  return group ? name + "-*" : name;
}

void NeedsOneReplica(std::string_view group, const Cursor& at, ReadState& state) {
  const std::string name(group.substr(0, group.size() - 2));
  state.context.Error(at, name + " has several replicas: say which one, such as " + Quote(name + "-1"));
}

std::string ReadProcess(const Value& value, const Cursor& at, ReadState& state) {
  std::string name = ReadController(value, at, state);
  if (name.ends_with("-*")) NeedsOneReplica(name, at, state);
  return name;
}

namespace {

constexpr std::string_view kWriteVerbs[] = {"create", "update", "patch", "delete", "deletecollection"};

// "update ReplicaSet/status web": the verb, the kind as the registry spells it, and maybe a name.
std::string ReadOrderEntry(const Value& value, const Cursor& at, ReadState& state) {
  const std::string text(value.AsString());
  const size_t blank = text.find(' ');
  const size_t end = std::min(text.find(' ', blank == std::string::npos ? blank : blank + 1), text.size());
  const std::string verb = text.substr(0, blank);
  std::string kind = blank == std::string::npos ? std::string() : text.substr(blank + 1, end - blank - 1);
  std::string part;
  if (const size_t slash = kind.find('/'); slash != std::string::npos) {
    part = kind.substr(slash);
    kind.resize(slash);
  }
  const ResourceInfo* resource = state.context.kinds().Lookup(kind);
  const bool known = std::find(std::begin(kWriteVerbs), std::end(kWriteVerbs), verb) != std::end(kWriteVerbs);
  if (!known || resource == nullptr) {
    state.context.Error(at, Quote(text) +
                                " is no write; it reads like \"create Pod\", \"update ReplicaSet/status\" or "
                                "\"delete Pod web-1\"");
    return text;
  }
  return verb + " " + std::string(resource->gvk.kind.view()) + part + text.substr(end);
}

ExpectRequests ReadRequests(const Value& what, const Cursor& at, ReadState& state) {
  ExpectRequests out;
  out.by = ReadController(what, at, state, "by");
  out.verb = what["verb"].AsString();
  out.resource = ReadKind(what["kind"], state.context);
  if (what.Has("subresource")) out.subresource = std::string(what["subresource"].AsString());
  out.ns = what["namespace"].AsString();
  out.name = what["name"].AsString();
  out.bounds = ReadBounds(what);
  if (!what.Has("order")) return out;
  out.order.emplace();
  const Value& order = what["order"];
  for (size_t i = 0; i < order.size(); ++i) {
    out.order->push_back(ReadOrderEntry(order[i], at.Child("order").Item(i), state));
  }
  return out;
}

bool ReadExpectation(const Value& entry, const Cursor& at, Expectation& out, ReadState& state) {
  if (entry.fields().size() != 1) return false;
  const std::string_view name = entry.fields()[0].key.view();
  const Value& what = entry.fields()[0].value;
  const Cursor here = at.Child(name);
  out.place = state.context.PlaceOf(here);
  if (name == "object") {
    std::string why;
    const Value& metadata = what[names::kMetadata];
    ObjectRef ref{state.context.KindOf(what, why), {}, std::string(metadata[names::kName].AsString())};
    ref.ns = NamespaceFor(ref.resource, metadata[names::kNamespace]);
    out.what = ExpectObject{std::move(ref), what};
  } else if (name == "absent") {
    out.what = ExpectAbsent{ReadObjectRef(what, here, state.context)};
  } else if (name == "count") {
    ExpectCount count{ReadKind(what["kind"], state.context), std::string(what["namespace"].AsString()), {}, {}, {}};
    count.selector_text = ReadSelector(what["selector"]);
    count.selector = LabelSelector::Parse(count.selector_text).value_or(LabelSelector());
    count.bounds = ReadBounds(what);
    out.what = std::move(count);
  } else if (name == "that") {
    out.what = ExpectThat{std::string(what.AsString())};
  } else if (name == "writes") {
    ExpectWrites writes;
    if (what.Has("by")) writes.by = ReadController(what, here, state, "by");
    writes.resource = ReadKind(what["kind"], state.context);
    writes.ns = what["namespace"].AsString();
    writes.name = what["name"].AsString();
    writes.verb = what["verb"].AsString();
    writes.bounds = ReadBounds(what);
    out.what = std::move(writes);
  } else if (name == "requests") {
    out.what = ReadRequests(what, here, state);
  } else if (name == "logs") {
    ExpectLogs logs{ReadController(what, here, state), std::string(what["contains"].AsString()), ReadBounds(what)};
    if (!logs.bounds.is.has_value() && !logs.bounds.at_most.has_value() && !logs.bounds.at_least.has_value()) {
      logs.bounds.at_least = 1;
    }
    out.what = std::move(logs);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::vector<Expectation> ReadExpectations(const Value& list, const Cursor& at, ReadState& state) {
  std::vector<Expectation> out;
  for (size_t i = 0; i < list.size(); ++i) {
    Expectation expectation;
    if (ReadExpectation(list[i], at.Item(i), expectation, state)) out.push_back(std::move(expectation));
  }
  return out;
}

}  // namespace wavetank::sim

#include "sim/apiserver/selection.h"

#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

// Fields whose selector name is not their path (kinds/README, API-369).
struct Alias {
  std::string_view kind;
  std::string_view field;
  std::string_view path;
};
constexpr Alias kAliases[] = {
    {"Pod", "spec.host", "spec.nodeName"},
    {"Pod", "status.podIPs", ""},
    {"Job", "status.successful", "status.succeeded"},
    {"Event", "source", "source.component"},
};

std::string_view PathOf(const ResourceInfo& resource, std::string_view field) {
  for (const Alias& alias : kAliases) {
    if (alias.kind == resource.gvk.kind.view() && alias.field == field) return alias.path;
  }
  return field;
}

// The complaint about a field that the kind does not select by (API-368).
Status UnknownField(const ResourceInfo& resource, std::string_view field) {
  constexpr std::string_view kSample = "no.such.field";
  std::string text = resource.field_selector_error;
  if (text.empty()) return BadRequestError("field label not supported: " + std::string(field));
  if (const size_t at = text.find(kSample); at != std::string::npos) {
    const bool quoted = at > 0 && text[at - 1] == '"';
    if (quoted) {
      text.replace(at - 1, kSample.size() + 2, Quote(field));
    } else {
      text.replace(at, kSample.size(), field);
    }
  }
  return BadRequestError(std::move(text));
}

bool Selects(const ResourceInfo& resource, std::string_view field) {
  if (resource.field_selectors.empty()) return field == "metadata.name" || field == "metadata.namespace";
  return std::ranges::find(resource.field_selectors, field) != resource.field_selectors.end();
}

std::vector<Name> Split(std::string_view path) {
  std::vector<Name> parts;
  while (!path.empty()) {
    const size_t dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return parts;
}

}  // namespace

Result<Selection> Selection::Of(const ResourceInfo& resource, const ApiRequest& request, const KindVersion* version) {
  Selection selection;
  if (resource.namespaced && !request.ns.empty()) selection.ns_ = request.ns;
  if (!request.name.empty()) selection.name_ = request.name;
  if (request.list == nullptr) return selection;
  const ListOptions& options = *request.list;
  if (!options.label_selector.empty()) {
    WT_ASSIGN(selection.labels_, LabelSelector::Parse(options.label_selector.view()));
  }
  if (options.field_selector.empty()) return selection;

  WT_ASSIGN(const FieldSelector fields, FieldSelector::Parse(options.field_selector.view()));
  selection.has_fields_ = !fields.MatchesEverything();
  for (const FieldSelector::Term& term : fields.terms()) {
    if (!Selects(resource, term.field)) return UnknownField(resource, term.field);
    const std::string path(PathOf(resource, term.field));
    std::vector<Name> parts = Split(path);
    if (version != nullptr && !parts.empty()) parts[0] = Name(version->field(parts[0].view()));
    selection.terms_.push_back({std::move(parts), term.equal, term.value,
                                path.empty() ? "" : FieldText(resource.type, Value::EmptyObject(), path)});
  }
  if (const std::optional<std::string> name = fields.Required("metadata.name"); name.has_value() && !name->empty()) {
    if (selection.name_.has_value() && selection.name_->view() != *name) {
      return BadRequestError("fieldSelector metadata.name doesn't match requested name");
    }
    selection.name_ = String(*name);
  }
  if (const std::optional<std::string> ns = fields.Required("metadata.namespace"); ns.has_value() && !ns->empty()) {
    if (resource.namespaced && !selection.ns_.has_value()) selection.ns_ = String(*ns);
  }
  return selection;
}

bool Selection::FieldsMatch(const Object& object) const {
  for (const Term& term : terms_) {
    const Value* at = &object.value();
    for (const Name part : term.path) at = &(*at)[part];
    bool same;
    if (term.path.empty() || at->is_null()) {
      same = term.absent == term.value;
    } else if (at->is_string()) {
      same = at->AsString() == term.value;
    } else {
      same = WriteJson(*at) == term.value;  // booleans and numbers as they print (API-372)
    }
    if (same != term.equal) return false;
  }
  return true;
}

}  // namespace wavetank::sim

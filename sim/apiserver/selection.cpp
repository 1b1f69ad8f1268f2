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

Result<Selection::Selectors> Selection::Parse(const ResourceInfo& resource, const ListOptions& options,
                                              const KindVersion* version) {
  Selectors parsed;
  if (!options.label_selector.empty()) {
    WT_ASSIGN(parsed.labels, LabelSelector::Parse(options.label_selector.view()));
  }
  if (options.field_selector.empty()) return parsed;

  WT_ASSIGN(const FieldSelector fields, FieldSelector::Parse(options.field_selector.view()));
  for (const FieldSelector::Term& term : fields.terms()) {
    if (!Selects(resource, term.field)) return UnknownField(resource, term.field);
    const std::string path(PathOf(resource, term.field));
    std::vector<Name> parts = Split(path);
    if (version != nullptr && !parts.empty()) parts[0] = Name(version->field(parts[0].view()));
    parsed.terms.push_back({std::move(parts), term.equal, term.value,
                            path.empty() ? "" : FieldText(resource.type, Value::EmptyObject(), path)});
  }
  if (const std::optional<std::string> name = fields.Required("metadata.name"); name.has_value() && !name->empty()) {
    parsed.name = String(*name);
  }
  if (const std::optional<std::string> ns = fields.Required("metadata.namespace"); ns.has_value() && !ns->empty()) {
    parsed.ns = String(*ns);
  }
  return parsed;
}

Result<std::shared_ptr<const Selection::Selectors>> Selection::Parser::Find(const ResourceInfo& resource,
                                                                            const ListOptions& options,
                                                                            const KindVersion* version) {
  if (options.label_selector.empty() && options.field_selector.empty()) return std::shared_ptr<const Selectors>();
  for (const Entry& entry : entries_) {
    if (entry.resource == &resource && entry.labels == options.label_selector &&
        entry.fields == options.field_selector) {
      return entry.selectors;
    }
  }
  WT_ASSIGN(Selectors parsed, Parse(resource, options, version));
  const bool everything = parsed.labels.MatchesEverything() && parsed.terms.empty();
  if (entries_.size() == kMost) entries_.clear();
  entries_.push_back({&resource, options.label_selector, options.field_selector,
                      everything ? nullptr : std::make_shared<const Selectors>(std::move(parsed))});
  return entries_.back().selectors;
}

Result<Selection> Selection::Of(const ResourceInfo& resource, const ApiRequest& request, Parser& parser,
                                const KindVersion* version) {
  Selection selection;
  if (resource.namespaced && !request.ns.empty()) selection.ns_ = request.ns;
  if (!request.name.empty()) selection.name_ = request.name;
  if (request.list == nullptr) return selection;
  WT_ASSIGN(selection.selectors_, parser.Find(resource, *request.list, version));
  if (selection.selectors_ == nullptr) return selection;
  if (const std::optional<String>& name = selection.selectors_->name; name.has_value()) {
    if (selection.name_.has_value() && *selection.name_ != *name) {
      return BadRequestError("fieldSelector metadata.name doesn't match requested name");
    }
    selection.name_ = name;
  }
  if (resource.namespaced && !selection.ns_.has_value()) selection.ns_ = selection.selectors_->ns;
  return selection;
}

bool Selection::FieldsMatch(const Object& object) const {
  for (const Term& term : selectors_->terms) {
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

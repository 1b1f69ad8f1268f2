#include "sim/scenario/load_context.h"

#include <charconv>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/patch.h"
#include "sim/scenario/object_check.h"

namespace wavetank::sim {
namespace {

// Takes "12:" off the front of a message; 0 when it does not start so.
int TakeNumber(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ':') return 0;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return number;
}

// "12:3: what" -> {12, 3}, "what". No place: the text stays as it is.
Position TakePosition(std::string_view& text) {
  std::string_view rest = text;
  const int line = TakeNumber(rest);
  const int column = line > 0 ? TakeNumber(rest) : 0;
  if (column == 0 || !rest.starts_with(' ')) return {};
  text = rest.substr(1);
  return {line, column};
}

// The text from a place to the end of its line.
std::string_view RestOfLine(std::string_view text, Position at) {
  for (int line = 1; line < at.line; ++line) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  size_t offset = 0;
  for (int column = 1; column < at.column && offset < text.size(); ++column) {
    const size_t length = Utf8Length(text, offset);
    offset += length == 0 ? 1 : length;
  }
  return text.substr(offset);
}

// The key of the object that stands for one of `names`, which it does not have.
std::string_view Misspelt(const Value& object, std::initializer_list<std::string_view> names) {
  for (const Field& field : object.fields()) {
    for (const std::string_view name : names) {
      if (field.key != name && !object.Has(name) && NearestName(field.key.view(), {name}) == name)
        return field.key.view();
    }
  }
  return {};
}

std::string Directory(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

}  // namespace

Cursor Cursor::Child(std::string_view name) const {
  return {field.empty() ? std::string(name) : field + "." + std::string(name), pointer + "/" + EscapePointerPart(name)};
}

Cursor Cursor::Item(size_t index) const {
  const std::string number = std::to_string(index);
  return {field + "[" + number + "]", pointer + "/" + number};
}

std::string FoundText(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull: return "nothing";
    case Value::Type::kBool: return value.AsBool() ? "true" : "false";
    case Value::Type::kString: return "the string " + Quote(value.AsString().substr(0, 40));
    case Value::Type::kArray: return "a list";
    case Value::Type::kObject: return "an object";
    default: return "the number " + WriteJson(value);
  }
}

std::string Suggestion(std::string_view given, const std::vector<std::string_view>& names) {
  const std::string_view near = NearestName(given, names);
  return near.empty() ? std::string() : "; did you mean " + Quote(near) + "?";
}

bool LoadContext::IsBefore(const Cursor& a, const Cursor& b) const {
  const Position first = document_->PositionOf(a.pointer);
  const Position second = document_->PositionOf(b.pointer);
  return std::pair(first.line, first.column) < std::pair(second.line, second.column);
}

void LoadContext::Error(const Cursor& at, std::string message) {
  errors_.push_back({path_, document_->PositionOf(at.pointer), at.field, std::move(message)});
}

void LoadContext::ErrorAtKey(const Cursor& at, std::string_view name, std::string message) {
  const std::string key = at.pointer + "/" + EscapePointerPart(name) + "#";
  const auto it = document_->positions.find(key);
  const Position position = it != document_->positions.end() ? it->second : document_->PositionOf(at.pointer);
  errors_.push_back({path_, position, at.field, std::move(message)});
}

void LoadContext::ErrorInFile(const std::string& file, std::string_view message) {
  const Position at = TakePosition(message);
  errors_.push_back({file, at, "", std::string(message)});
}

void LoadContext::ErrorInExpression(const Cursor& at, std::string_view expression, std::string_view message) {
  Position position = document_->PositionOf(at.pointer);
  std::string_view what = message;
  const Position inside = TakePosition(what);
  const bool exact = inside.line == 1 && RestOfLine(text_, position).starts_with(expression);
  if (exact) position.column += inside.column - 1;
  std::string text = exact || inside.line == 0 ? std::string(what) : "at " + std::string(message);
  if (inside.line == 0) text = std::string(message);
  errors_.push_back({path_, position, at.field, std::move(text)});
}

void LoadContext::CheckPatch(const ResourceInfo& resource, std::string_view subresource, const Value& patch,
                             const Cursor& at) {
  const TypeInfo* type = resource.type;
  for (const SubresourceInfo& sub : resource.subresources) {
    if (sub.name == subresource && sub.type != nullptr) type = sub.type;
  }
  if (type == nullptr || !patch.is_object()) return;
  for (const ObjectMistake& mistake : CheckObject(*type, resource.gvk.kind.view(), patch)) {
    Error({at.field + (mistake.field.empty() ? "" : "." + mistake.field), at.pointer + mistake.pointer},
          mistake.message);
  }
}

const ResourceInfo* LoadContext::KindOf(const Value& object, std::string& why) const {
  const std::string_view api_version = object[names::kApiVersion].AsString();
  const std::string_view kind = object[names::kKind].AsString();
  if (api_version.empty() || kind.empty()) {
    why = std::string(kind.empty() ? "kind" : "apiVersion") + " is missing";
    return nullptr;
  }
  if (const ResourceInfo* found = kinds().FindKind(api_version, kind); found != nullptr) return found;
  if (const ResourceInfo* other = kinds().Lookup(kind); other != nullptr && other->gvk.kind.view() == kind) {
    why = "there is no kind " + Quote(kind) + " in " + Quote(api_version) + "; it is in " +
          Quote(other->gvk.api_version());
    return nullptr;
  }
  const std::string near = kinds().Nearest(kind);
  why = "unknown kind " + Quote(kind) + (near.empty() ? "" : "; did you mean " + Quote(near) + "?");
  return nullptr;
}

bool LoadContext::CheckManifest(const YamlDocument& document, const std::string& file, const std::string& pointer,
                                const std::string& field, const Value& object, ManifestFile& out) {
  const auto fail = [&](const std::string& below, const std::string& path, std::string message) {
    errors_.push_back({file, document.PositionOf(pointer + below),
                       field.empty() || path.empty() ? field + path : field + "." + path, std::move(message)});
    return false;
  };
  if (!object.is_object()) return fail("", "", "an object of Kubernetes is expected");
  std::string why;
  const ResourceInfo* resource = KindOf(object, why);
  if (resource == nullptr) {
    if (const std::string_view meant = Misspelt(object, {"apiVersion", "kind"}); !meant.empty()) {
      return fail("/" + EscapePointerPart(meant) + "#", std::string(meant),
                  "unknown field" + Suggestion(meant, {"apiVersion", "kind"}));
    }
    const bool has_kind = object[names::kKind].is_string() && object[names::kApiVersion].is_string();
    return fail(has_kind ? "/kind" : "", has_kind ? "kind" : "", std::move(why));
  }
  bool good = true;
  if (resource->type != nullptr) {
    for (const ObjectMistake& mistake : CheckObject(*resource->type, resource->gvk.kind.view(), object)) {
      good = fail(mistake.pointer, mistake.field, mistake.message);
    }
  }
  if (!good) return false;
  const Value& metadata = object[names::kMetadata];
  if (metadata[names::kName].AsString().empty() && metadata[names::kGenerateName].AsString().empty()) {
    return fail("/metadata", "metadata", "name is missing");
  }
  Manifest manifest{object, resource, file, document.PositionOf(pointer)};
  const std::string_view ns = metadata[names::kNamespace].AsString();
  if (resource->namespaced && ns.empty()) {
    manifest.object = object.SetIn({names::kMetadata, names::kNamespace}, "default");
  }
  out.manifests.push_back(std::move(manifest));
  return true;
}

void LoadContext::ReadManifestDocument(const std::string& file, const YamlDocument& document, ManifestFile& out) {
  const Value& items = document.value[names::kItems];
  if (document.value[names::kKind] != "List" || !items.is_array()) {
    if (!CheckManifest(document, file, "", "", document.value, out)) out.broken = true;
    return;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const Cursor item = Cursor{"items", "/items"}.Item(i);
    if (!CheckManifest(document, file, item.pointer, item.field, items[i], out)) out.broken = true;
  }
}

const LoadContext::ManifestFile& LoadContext::ReadManifestFile(const std::string& file) {
  const auto [it, fresh] = files_.try_emplace(file);
  ManifestFile& entry = it->second;
  if (!fresh) return entry;
  const std::string path = file.starts_with('/') ? file : Directory(path_) + file;
  const Result<std::string> text = options_.read(path);
  if (!text.ok()) {
    entry.why = text.status().message();
    return entry;
  }
  entry.found = true;
  const Result<std::vector<YamlDocument>> documents = ParseYaml(*text);
  if (!documents.ok()) {
    ErrorInFile(path, documents.status().message());
    entry.broken = true;
    return entry;
  }
  for (const YamlDocument& document : *documents) ReadManifestDocument(path, document, entry);
  if (documents->empty()) {
    ErrorInFile(path, "there is no object in this file");
    entry.broken = true;
  }
  return entry;
}

const std::vector<Manifest>* LoadContext::ManifestsOf(const std::string& file, const Cursor& at) {
  const ManifestFile& entry = ReadManifestFile(file);
  if (!entry.found) Error(at, "cannot read the manifest " + Quote(file) + ": " + entry.why);
  return entry.found && !entry.broken ? &entry.manifests : nullptr;
}

std::optional<Manifest> LoadContext::InlineManifest(const Value& object, const Cursor& at) {
  ManifestFile one;
  if (!CheckManifest(*document_, path_, at.pointer, at.field, object, one)) return std::nullopt;
  return std::move(one.manifests.front());
}

}  // namespace wavetank::sim

#include "runtime/api/typed_json.h"

#include <algorithm>
#include <map>
#include <span>

#include "runtime/api/schema.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Struct(const TypeInfo& type, const Value& v) {
    if (!v.is_object() || Untyped(type.special)) {
      Special(type, v);
      return;
    }
    out_ += '{';
    bool first = true;
    size_t known = Fields(type, v, first);
    if (known < v.size()) {
      for (const Field& f : v.fields()) {
        if (type.FindKey(f.key) == nullptr) Member(f.key, f.value, nullptr, first);
      }
    }
    out_ += '}';
  }

 private:
  static bool Untyped(wavetank::Special special) {
    return special == Special::kFieldsV1 || special == Special::kRawExtension || special == Special::kJson;
  }

  // A schema, or one of its alternatives.
  void Special(const TypeInfo& type, const Value& v) {
    if (type.special == Special::kSchemaOrArray && v.is_array()) {
      const TypeRef schema{Shape::kStruct, type.alternative, nullptr};
      List(schema, v);
    } else if (v.is_string() && v.mark() == kMarkRawText) {
      out_ += v.AsString();
    } else {
      out_ += WriteJson(v);
    }
  }

  // The fields of the struct that `v` has; how many.
  size_t Fields(const TypeInfo& type, const Value& v, bool& first) {
    size_t written = 0;
    for (const FieldInfo& f : type.fields) {
      if (f.inlined) {
        written += Fields(*f.type.type, v, first);
      } else if (const Value* value = v.Find(f.name); value != nullptr) {
        Member(f.name, *value, &f.type, first);
        ++written;
      }
    }
    return written;
  }

  void Member(const String& key, const Value& value, const TypeRef* type, bool& first) {
    if (!first) out_ += ',';
    first = false;
    out_ += WriteJson(key);
    out_ += ':';
    if (type == nullptr) {
      out_ += WriteJson(value);
    } else {
      Typed(*type, value);
    }
  }

  void Typed(const TypeRef& ref, const Value& v) {
    if (ref.shape == Shape::kStruct) {
      const bool schema = ref.type->alternative != nullptr && v.is_object();
      Struct(schema ? *ref.type->alternative : *ref.type, v);
    } else if (ref.shape == Shape::kList && v.is_array()) {
      List(*ref.element, v);
    } else if (ref.shape == Shape::kMap && v.is_object()) {
      Map(*ref.element, v);
    } else {
      std::string text = WriteJson(v);
      if (ref.shape == Shape::kDouble && text.ends_with(".0")) text.resize(text.size() - 2);
      out_ += text;
    }
  }

  void List(const TypeRef& element, const Value& v) {
    out_ += '[';
    for (size_t i = 0; i < v.size(); ++i) {
      if (i > 0) out_ += ',';
      Typed(element, v[i]);
    }
    out_ += ']';
  }

  void Map(const TypeRef& element, const Value& v) {
    out_ += '{';
    bool first = true;
    for (const Field& f : v.fields()) Member(f.key, f.value, &element, first);
    out_ += '}';
  }

  std::string& out_;
};

// Walks valid JSON and tells each key's path, in the order of the text.
class KeyWalker {
 public:
  explicit KeyWalker(std::string_view json) : rest_(json) {}

  template <typename Visit>
  void Walk(Visit visit) {
    // One level of nesting an entry: where its path starts, and of arrays the index of the next element.
    struct Level {
      size_t path;
      bool array;
      size_t index;
    };
    std::vector<Level> levels;
    std::string path;
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '{' || c == '[') {
        levels.push_back({path.size(), c == '[', 0});
        rest_.remove_prefix(1);
        if (c == '[') path += "[0]";
      } else if (c == '}' || c == ']') {
        if (levels.empty()) return;
        path.resize(levels.back().path);
        levels.pop_back();
        rest_.remove_prefix(1);
      } else if (c == ',' && !levels.empty()) {
        rest_.remove_prefix(1);
        path.resize(levels.back().path);
        if (levels.back().array) path += "[" + std::to_string(++levels.back().index) + "]";
      } else if (c == '"') {
        const std::string_view text = Text();
        SkipSpace();
        if (!rest_.starts_with(':') || levels.empty()) continue;
        path.resize(levels.back().path);
        if (!path.empty()) path += '.';
        path += text;
        visit(path);
      } else {
        rest_.remove_prefix(1);
      }
    }
  }

 private:
  // The raw inside of the string that starts here. Escapes in a key are left as they are.
  std::string_view Text() {
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    end = std::min(end, rest_.size());
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }
  void SkipSpace() {
    const size_t n = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(n, rest_.size()));
  }

  std::string_view rest_;
};

}  // namespace

std::string WriteTypedJson(const TypeInfo& type, const Value& value) {
  std::string out;
  Writer(out).Struct(type, value);
  return out;
}

void SortByPlaceInText(std::string_view json, std::vector<std::string>& paths) {
  if (paths.size() < 2) return;
  std::map<std::string, size_t, std::less<>> places;
  for (const std::string& path : paths) places.emplace(path, SIZE_MAX);
  size_t next = 0;
  KeyWalker(json).Walk([&](const std::string& path) {
    const auto found = places.find(path);
    if (found != places.end() && found->second == SIZE_MAX) found->second = next++;
  });
  std::ranges::stable_sort(paths, [&](const std::string& a, const std::string& b) { return places[a] < places[b]; });
}

void SortByPlaceInText(std::string_view json, std::vector<TextFinding>& findings) {
  if (findings.size() < 2) return;
  struct Place {
    size_t first = SIZE_MAX;
    size_t second = SIZE_MAX;
  };
  std::map<std::string, Place, std::less<>> places;
  for (const TextFinding& finding : findings) places[finding.path];
  size_t next = 0;
  KeyWalker(json).Walk([&](const std::string& path) {
    const auto found = places.find(path);
    if (found == places.end()) return;
    size_t& place = found->second.first == SIZE_MAX ? found->second.first : found->second.second;
    if (place == SIZE_MAX) place = next++;
  });
  const auto place_of = [&places](const TextFinding& f) {
    const Place& place = places[f.path];
    return f.duplicate ? place.second : place.first;
  };
  std::ranges::stable_sort(findings, {}, place_of);
}

}  // namespace wavetank

// Random documents of a type whose merged lists overlap, for the property test and the fuzzer of strategic merge. All
// comes from the Random it is given.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/random.h"
#include "runtime/value/value.h"

namespace wavetank {

// Few words, so that two documents name the same elements.
inline Value RandomWord(Random& random) {
  static constexpr std::string_view kWords[] = {"a", "b", "c", "d", "e"};
  return kWords[random.Below(std::size(kWords))];
}

class RandomTyped {
 public:
  explicit RandomTyped(Random& random) : random_(random) {}

  // A document of the type; `depth` levels of structs.
  Value Struct(const TypeInfo& type, int depth) {
    if (type.special != Special::kNone) return Special(type, depth);
    ObjectBuilder out;
    for (const FieldInfo* f : type.by_name) {
      if (depth > 0 && random_.Chance(1, 3)) out.Add(f->name, Field(*f, depth - 1));
    }
    return out.Build();
  }

 private:
  Value Field(const FieldInfo& f, int depth) {
    if (f.type.shape != Shape::kList || !f.patch_merge) return Of(f.type, depth);
    // Elements of merged lists differ in their keys.
    std::vector<Value> list;
    std::set<uint64_t> seen;
    for (uint64_t left = random_.Below(5); left > 0; --left) {
      Value element = Of(*f.type.element, depth);
      Value key = element;
      if (!f.patch_merge_key.empty()) {
        const FieldInfo* of = f.type.element->type->Find(f.patch_merge_key);
        key = of != nullptr && (of->type.shape == Shape::kInt32 || of->type.shape == Shape::kInt64)
                  ? Value(static_cast<int64_t>(random_.Below(5)))
                  : RandomWord(random_);
        element = element.Set(std::string_view(f.patch_merge_key), key);
      }
      if (seen.insert(key.hash()).second) list.push_back(std::move(element));
    }
    return Value::Array(std::move(list));
  }

  Value Special(const TypeInfo& type, int depth) {
    switch (type.special) {
      case Special::kQuantity: return random_.Chance(1, 2) ? "1" : "100m";
      case Special::kIntOrString: return random_.Chance(1, 2) ? RandomWord(random_) : Value(1);
      case Special::kTime: return "2026-01-02T03:04:05Z";
      case Special::kMicroTime: return "2026-01-02T03:04:05.000006Z";
      case Special::kStringList: return Value::Array({RandomWord(random_), RandomWord(random_)});
      case Special::kSchemaOrBool:
      case Special::kSchemaOrArray:
      case Special::kSchemaOrStringArray: return Struct(*type.alternative, depth - 1);
      default: return ObjectBuilder().Add("raw", RandomWord(random_)).Build();
    }
  }

  Value Of(const TypeRef& ref, int depth) {
    switch (ref.shape) {
      case Shape::kString: return RandomWord(random_);
      case Shape::kBool: return random_.Chance(1, 2);
      case Shape::kInt32:
      case Shape::kInt64: return static_cast<int64_t>(random_.Below(3));
      case Shape::kDouble: return static_cast<double>(random_.Below(3)) + 0.5;
      case Shape::kBytes: return random_.Chance(1, 2) ? "AP+/" : "YQ==";
      case Shape::kAny: return RandomWord(random_);
      case Shape::kStruct: return Struct(*ref.type, depth);
      case Shape::kList: {
        ArrayBuilder out;
        for (uint64_t left = random_.Below(3); left > 0; --left) out.Add(Of(*ref.element, depth));
        return out.Build();
      }
      case Shape::kMap: {
        ObjectBuilder out;
        for (uint64_t left = random_.Below(3); left > 0; --left) {
          const Value key = RandomWord(random_);
          out.Add(key.ToSharedString(), Of(*ref.element, depth));
        }
        return out.Build();
      }
    }
    return {};
  }

  Random& random_;
};

}  // namespace wavetank

// Random documents of a given type, for the property test and the fuzzer. All comes from the Random it is given.
#pragma once

#include <string>

#include "runtime/api/registry.h"
#include "runtime/base/random.h"
#include "runtime/value/random_value.h"

namespace wavetank {

inline Value RandomOf(Random& random, const TypeRef& ref, int depth);

inline Value RandomSpecial(Random& random, const TypeInfo& type, int depth) {
  static constexpr std::string_view kQuantities[] = {"0", "1", "1500m", "12Ki", "1.5", "-3M", "7e3", "100n"};
  static constexpr std::string_view kTimes[] = {"1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                                                "1969-12-31T23:59:59Z", "2024-02-29T12:30:45Z", "0000-01-01T00:00:00Z"};
  switch (type.special) {
    case Special::kQuantity: return kQuantities[random.Below(std::size(kQuantities))];
    case Special::kIntOrString:
      return random.Chance(1, 2) ? Value(RandomText(random)) : Value(static_cast<int32_t>(random.Next()));
    case Special::kTime: return kTimes[random.Below(std::size(kTimes))];
    case Special::kMicroTime: {
      std::string text(kTimes[random.Below(std::size(kTimes))]);
      return text.replace(19, 1, "." + std::to_string(100000 + random.Below(900000)) + "Z");
    }
    case Special::kStringList: return Value::Array({RandomText(random), RandomText(random)});
    case Special::kSchemaOrBool:
      if (random.Chance(1, 2)) return random.Chance(1, 2);
      [[fallthrough]];
    case Special::kSchemaOrArray:
    case Special::kSchemaOrStringArray: return RandomOf(random, {Shape::kStruct, type.alternative, nullptr}, depth);
    default: return RandomObject(random, {.depth = 3});
  }
}

inline Value RandomStruct(Random& random, const TypeInfo& type, int depth) {
  if (type.special != Special::kNone) return RandomSpecial(random, type, depth);
  ObjectBuilder out;
  for (const FieldInfo* f : type.by_name) {
    if (f->proto == 0 || depth <= 0 || !random.Chance(1, 3)) continue;
    out.Add(f->name, RandomOf(random, f->type, depth - 1));
  }
  return out.Build();
}

inline Value RandomOf(Random& random, const TypeRef& ref, int depth) {
  switch (ref.shape) {
    case Shape::kString: return RandomText(random);
    case Shape::kBool: return random.Chance(1, 2);
    case Shape::kInt32: return static_cast<int32_t>(random.Next() >> random.Below(64));
    case Shape::kInt64: return static_cast<int64_t>(random.Next()) >> random.Below(64);
    case Shape::kDouble: return static_cast<double>(static_cast<int64_t>(random.Next()) >> random.Below(64)) / 8;
    case Shape::kBytes: return random.Chance(1, 2) ? "AP+/" : "YQ==";
    case Shape::kStruct: return RandomStruct(random, *ref.type, depth);
    case Shape::kList: {
      ArrayBuilder out;  // an empty list and none are the same in protobuf
      for (uint64_t left = 1 + random.Below(2); left > 0; --left) out.Add(RandomOf(random, *ref.element, depth - 1));
      return out.Build();
    }
    case Shape::kMap: {
      ObjectBuilder out;
      for (uint64_t left = 1 + random.Below(2); left > 0; --left) {
        out.Add(RandomKey(random), RandomOf(random, *ref.element, depth - 1));
      }
      return out.Build();
    }
    case Shape::kAny: break;
  }
  return {};
}

}  // namespace wavetank

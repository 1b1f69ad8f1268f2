// Building blocks of the format's table: types are made once and shared, and live as long as the program.
//
//   const FieldType* count = types.Int(0, 100);
//   StructType& scale = types.Struct("Scale", "Sets the number of replicas.");
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "sim/scenario/format.h"

namespace wavetank::sim {

class FormatTypes {
 public:
  const FieldType* Text(TextFormat format = TextFormat::kPlain);
  const FieldType* OneOfTexts(std::vector<std::string_view> allowed);
  const FieldType* Bool();
  const FieldType* Int(int64_t minimum, int64_t maximum = INT64_MAX);
  const FieldType* OneOfNumbers(std::vector<int64_t> numbers);
  const FieldType* Of(const StructType& object);
  const FieldType* ListOf(const FieldType* element);
  // An object of Kubernetes, written in place.
  const FieldType* ManifestObject();
  // Label -> value.
  const FieldType* Labels();
  // Any JSON object.
  const FieldType* AnyObject();
  // REQUIRES: the choices have different JSON types.
  const FieldType* OneOf(std::vector<const FieldType*> choices);

  StructType& Struct(std::string_view name, std::string_view doc);

 private:
  FieldType& Add(FieldShape shape, std::string_view expected);

  std::deque<FieldType> types_;
  std::deque<StructType> structs_;
};

// Makes the whole table; returns its root.
const StructType& MakeScenarioFormat(FormatTypes& types);

}  // namespace wavetank::sim

#include "labeler.h"

#include "runtime/value/json.h"

namespace labeler {

wavetank::Result<std::string> LabelOf(const std::string& object, const std::string& label) {
  WT_ASSIGN(wavetank::Value value, wavetank::ParseJson(object));
  return std::string(value["metadata"]["labels"][label].AsString());
}

}  // namespace labeler

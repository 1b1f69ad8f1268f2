// Preparation of Secrets (prepare.h).
#include <string>

#include "runtime/api/names.h"
#include "runtime/value/value.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kData("data");
const Name kStringData("stringData");

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string Base64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (size_t j = 0; j < 4; ++j) {
      out.push_back(i + j > bytes.size() ? '=' : kAlphabet[(group >> (18 - 6 * j)) & 63]);
    }
  }
  return out;
}

Value MoveStringData(const Value& object) {
  const Value& given = object[kStringData];
  if (given.is_null()) return object;
  Value data = object[kData];
  for (const Field& field : given.fields()) data = data.Set(field.key, Value(Base64(field.value.AsString())));
  return WithFields(object, {{kData, data.empty() ? Value() : data}, {kStringData, Value()}});
}

}  // namespace

Value PrepareSecret(const PrepareContext&, Value object) { return MoveStringData(object); }
Value PrepareSecretUpdate(const PrepareContext&, Value object, const Object&) { return MoveStringData(object); }

}  // namespace wavetank::sim

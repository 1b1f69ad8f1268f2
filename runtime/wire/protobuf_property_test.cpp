// Protobuf on random documents of every type, and on damaged bytes.
#include <gtest/gtest.h>

#include "runtime/api/schema.h"
#include "runtime/value/json.h"
#include "runtime/wire/protobuf.h"
#include "runtime/wire/protobuf_random.h"

namespace wavetank {
namespace {

bool HasMessage(const TypeInfo& type) {
  return !type.no_proto && type.special == Special::kNone && !type.by_proto.empty();
}

TEST(ProtobufProperty, EveryTypeSurvivesARoundTrip) {
  int types = 0;
  for (const TypeInfo* type : KindRegistry::BuiltIn().Types()) {
    if (!HasMessage(*type)) continue;
    ++types;
    for (uint64_t seed = 0; seed < 6; ++seed) {
      Random random(seed * 1000 + static_cast<uint64_t>(types));
      const Result<Decoded> decoded = Decode(*type, RandomStruct(random, *type, 6));
      ASSERT_TRUE(decoded.ok()) << type->name << ": " << decoded.status().ToString();
      std::string bytes;
      ASSERT_TRUE(AppendMessage(*type, decoded->value, bytes).ok()) << type->name;
      const Result<Value> back = ReadMessage(*type, bytes);
      ASSERT_TRUE(back.ok()) << type->name << ": " << back.status().ToString();
      ASSERT_EQ(WriteJson(Decode(*type, *back)->value), WriteJson(decoded->value)) << type->name;
      std::string again;
      ASSERT_TRUE(AppendMessage(*type, *back, again).ok());
      ASSERT_EQ(again, bytes) << type->name;
    }
  }
  EXPECT_GT(types, 500);
}

// Either an error with an offset, or a document that survives a round trip.
TEST(ProtobufProperty, DamagedBytesAreRefusedOrRead) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  int refused = 0, read = 0;
  for (const ResourceInfo* resource : kinds.Resources()) {
    for (uint64_t seed = 0; seed < 40; ++seed) {
      Random random(seed);
      const Value document = RandomStruct(random, *resource->type, 6)
                                 .Set("apiVersion", resource->gvk.api_version())
                                 .Set("kind", resource->gvk.kind);
      std::string bytes = *WriteProtobuf(kinds, document);
      for (uint64_t edits = 1 + random.Below(3); edits > 0; --edits) {
        const size_t at = 4 + random.Below(bytes.size() - 4);
        if (random.Chance(1, 4)) bytes.resize(at + 1);
        bytes[at] = static_cast<char>(random.Below(256));
      }
      const Result<ProtobufDocument> damaged = ParseProtobuf(kinds, bytes);
      if (!damaged.ok()) {
        ++refused;
        continue;
      }
      ++read;
      const Result<std::string> written = WriteProtobuf(kinds, damaged->value);
      ASSERT_TRUE(written.ok()) << written.status().ToString();
      const Result<ProtobufDocument> again = ParseProtobuf(kinds, *written);
      ASSERT_TRUE(again.ok() && again->value == Decode(*damaged->type, damaged->value)->value);
    }
  }
  EXPECT_GT(refused, 500);
  EXPECT_GT(read, 50);
}

}  // namespace
}  // namespace wavetank

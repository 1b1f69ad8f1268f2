// JSON, YAML and patches on random documents, held against nlohmann::json and against themselves.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/value/json.h"
#include "runtime/value/patch.h"
#include "runtime/value/random_value.h"
#include "runtime/value/yaml.h"

namespace wavetank {
namespace {

using Json = nlohmann::json;

Json ToJson(const Value& value) { return Json::parse(WriteJson(value)); }
Value FromJson(const Json& json) { return *ParseJson(json.dump()); }

TEST(RimPropertyTest, JsonReadsAndWritesAsNlohmannDoes) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    const Value value = RandomValue(random);
    const std::string text = WriteJson(value);
    ASSERT_TRUE(*ParseJson(text) == value) << text;
    ASSERT_EQ(WriteJson(*ParseJson(text)), text);
    ASSERT_TRUE(*ParseJson(WriteJsonPretty(value)) == value) << text;
    ASSERT_TRUE(FromJson(ToJson(value)) == value) << text;
  }
}

TEST(RimPropertyTest, DoublesReadBackExactlyAndAsDoubles) {
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    const double d = std::bit_cast<double>(random.Next());
    if (!(d - d == 0)) continue;
    const std::string text = WriteJson(d);
    const Value back = *ParseJson(text);
    ASSERT_EQ(back.type(), Value::Type::kDouble) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(back.AsDouble()), std::bit_cast<uint64_t>(d)) << text;
  }
}

// Damaged text: either an error with a place, or exactly what nlohmann reads.
TEST(RimPropertyTest, DamagedJsonIsRefusedOrReadAlike) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    Random random(seed);
    std::string text = WriteJson(RandomValue(random));
    for (uint64_t edits = 1 + random.Below(3); edits > 0 && !text.empty(); --edits) {
      const size_t at = random.Below(text.size());
      if (random.Chance(1, 3)) {
        text.resize(at);
      } else {
        text[at] = static_cast<char>(random.Chance(1, 2) ? "{}[],:\"0-e.\\ "[random.Below(13)] : random.Below(256));
      }
    }
    const Result<Value> value = ParseJson(text);
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    ASSERT_EQ(value.ok(), !json.is_discarded()) << text;
    if (value.ok()) {
      ASSERT_TRUE(*value == FromJson(json)) << text;
    } else {
      const std::string& message = value.status().message();
      ASSERT_TRUE(message.size() > 5 && message[0] >= '1' && message[0] <= '9' && message.find(": ") != message.npos)
          << message;
    }
  }
}

TEST(RimPropertyTest, YamlReadsBackWhatItWrites) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    const Value value = RandomValue(random);
    const std::string text = WriteYaml(value);
    const Result<std::vector<Value>> back = ParseYamlValues(text);
    ASSERT_TRUE(back.ok()) << seed << " " << back.status().message() << "\n" << text;
    ASSERT_EQ(back->size(), 1u) << text;
    ASSERT_TRUE(back->front() == value) << seed << "\n"
                                        << text << "\n"
                                        << WriteJson(value) << "\n"
                                        << WriteJson(back->front());
  }
}

TEST(RimPropertyTest, YamlGivesEveryNodeAPlaceInsideTheText) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    const Value value = RandomObject(random);
    const std::string text = WriteYaml(value);
    const Result<std::vector<YamlDocument>> documents = ParseYaml(text);
    ASSERT_TRUE(documents.ok()) << text;
    const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    for (const auto& [pointer, place] : documents->front().positions) {
      ASSERT_TRUE(place.line >= 1 && place.line <= lines && place.column >= 1) << pointer;
      const bool is_key = pointer.ends_with('#') && Resolve(value, pointer) == nullptr;
      ASSERT_NE(Resolve(value, is_key ? std::string_view(pointer).substr(0, pointer.size() - 1) : pointer), nullptr)
          << pointer;
    }
  }
}

TEST(RimPropertyTest, MergePatchIsThatOfNlohmann) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    Random random(seed);
    const Value document = RandomValue(random);
    const Value patch = random.Chance(1, 2) ? RandomValue(random) : RandomEdit(random, document);
    Json model = ToJson(document);
    model.merge_patch(ToJson(patch));
    const Value result = ApplyMergePatch(document, patch);
    ASSERT_EQ(WriteJson(result), WriteJson(FromJson(model))) << WriteJson(document) << "\n" << WriteJson(patch);
    if (result == document) ASSERT_EQ(result.identity(), document.identity());
  }
}

TEST(RimPropertyTest, AMadeMergePatchLeadsThere) {
  const RandomValueOptions no_nulls{.null_fields = false};
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    Random random(seed);
    const Value from = RandomObject(random, no_nulls);
    Value to = from;
    for (uint64_t edits = random.Below(4); edits > 0; --edits) to = RandomEdit(random, to, no_nulls);
    if (!to.is_object()) to = RandomObject(random, no_nulls);
    const Value patch = MakeMergePatch(from, to);
    ASSERT_TRUE(ApplyMergePatch(from, patch) == to) << WriteJson(from) << "\n"
                                                    << WriteJson(to) << "\n"
                                                    << WriteJson(patch);
    ASSERT_EQ(patch.empty(), from == to);
  }
}

TEST(RimPropertyTest, TheFirstDifferenceIsOne) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    Random random(seed);
    const Value a = RandomValue(random);
    const Value b = RandomEdit(random, a);
    const std::optional<std::string> difference = FirstDifference(a, b);
    ASSERT_EQ(difference.has_value(), !(a == b));
    if (!difference.has_value()) continue;
    const Value* x = Resolve(a, *difference);
    const Value* y = Resolve(b, *difference);
    ASSERT_TRUE(x != nullptr || y != nullptr) << *difference;
    ASSERT_FALSE(x != nullptr && y != nullptr && *x == *y) << *difference;
  }
}

// All pointers of a document but the root's.
void Collect(const Value& value, const std::string& at, std::vector<std::string>& out) {
  if (!at.empty()) out.push_back(at);
  for (const Field& field : value.fields()) Collect(field.value, at + "/" + EscapePointerPart(field.key.view()), out);
  for (size_t i = 0; i < value.elements().size(); ++i) Collect(value[i], at + "/" + std::to_string(i), out);
}

std::string RandomPointer(Random& random, const Value& document) {
  std::vector<std::string> pointers;
  Collect(document, "", pointers);
  std::string pointer = pointers.empty() ? "" : pointers[random.Below(pointers.size())];
  if (pointer.empty() || random.Chance(1, 3)) pointer += "/" + EscapePointerPart(RandomKey(random));
  return pointer;
}

// nlohmann asserts, rather than throws, when a path leads through a scalar; such patches do not apply.
bool PatchModel(Json& model, const Json& patch) {
  for (Json operation : patch) {
    const std::string path = operation["path"].get<std::string>();
    const Json::json_pointer parent(path.substr(0, path.rfind('/')));
    try {
      if (operation["op"] == "move") {  // what it is by definition; the way may lead elsewhere once `from` is gone
        const Json value = model.at(Json::json_pointer(operation["from"].get<std::string>()));
        model = model.patch(Json::array({{{"op", "remove"}, {"path", operation["from"]}}}));
        operation = {{"op", "add"}, {"path", path}, {"value", value}};
      }
      if (!model.at(parent).is_structured()) return false;
      model = model.patch(Json::array({operation}));
    } catch (const Json::exception&) {
      return false;
    }
  }
  return true;
}

// Where nlohmann::json applies a patch, so do we, with the same result. (We also accept what the real server accepts.)
TEST(RimPropertyTest, JsonPatchAgreesWithNlohmannWhereThatApplies) {
  static constexpr const char* kOps[] = {"add", "remove", "replace", "move", "copy", "test"};
  int applied = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    Random random(seed);
    const Value document = RandomObject(random);
    ArrayBuilder operations;
    for (uint64_t left = 1 + random.Below(3); left > 0; --left) {
      const std::string op = kOps[random.Below(std::size(kOps))];
      const std::string path = RandomPointer(random, document);
      const std::string from = RandomPointer(random, document);
      const Value* there = Resolve(document, path);
      Value value = there != nullptr && random.Chance(1, 2) ? *there : RandomValue(random, {.depth = 2});
      operations.Add(
          ObjectBuilder().Add("op", op).Add("path", path).Add("from", from).Add("value", std::move(value)).Build());
    }
    const Value patch = operations.Build();
    const Result<Value> result = ApplyJsonPatch(document, patch);
    Json model = ToJson(document);
    if (!PatchModel(model, ToJson(patch))) {
      ASSERT_NE(result.code(), Code::kBadRequest);
      continue;
    }
    ++applied;
    ASSERT_TRUE(result.ok()) << result.status().message() << "\n" << WriteJson(document) << "\n" << WriteJson(patch);
    ASSERT_EQ(WriteJson(*result), WriteJson(FromJson(model))) << WriteJson(document) << "\n" << WriteJson(patch);
  }
  EXPECT_GT(applied, 1000);
}

}  // namespace
}  // namespace wavetank

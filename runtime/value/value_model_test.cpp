// The laws of Value, held against a model (nlohmann::json) on random histories.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/value/json.h"
#include "runtime/value/random_value.h"
#include "runtime/value/value.h"

namespace wavetank {
namespace {

using Json = nlohmann::json;

Json Model(const Value& value) { return Json::parse(WriteJson(value)); }

int DepthByHand(const Value& value) {
  int below = 0;
  for (const Field& field : value.fields()) below = std::max(below, DepthByHand(field.value));
  for (const Value& element : value.elements()) below = std::max(below, DepthByHand(element));
  return value.is_object() || value.is_array() ? below + 1 : 0;
}

// Keys increase, depth is exact, and an independent copy is equal and hashes alike.
void ExpectSound(const Value& value) {
  EXPECT_EQ(value.depth(), DepthByHand(value));
  for (size_t i = 1; i < value.fields().size(); ++i)
    EXPECT_LT(value.fields()[i - 1].key.view(), value.fields()[i].key.view());
  const Value copy = *ParseJson(WriteJson(value));
  EXPECT_TRUE(copy == value);
  EXPECT_EQ(copy.hash(), value.hash());
  for (const Field& field : value.fields()) {
    EXPECT_EQ(value.Find(field.key.view()), &field.value);
    EXPECT_EQ(value.Find(Name(field.key.view())), &field.value);
  }
}

// One random step on the object, done to both sides.
void Step(Random& random, Value& value, Json& model) {
  const std::string key = RandomKey(random);
  const Value child = RandomValue(random, {.depth = 2});
  const Name name(key);
  switch (random.Below(8)) {
    case 0:
      value = value.Set(name, child);
      model[key] = Model(child);
      return;
    case 1:
      value = value.Set(std::string_view(key), child);
      model[key] = Model(child);
      return;
    case 2:
      value = value.Set(String(key), child);
      model[key] = Model(child);
      return;
    case 3:
    case 4:
      value = std::move(value).Set(name, child);
      model[key] = Model(child);
      return;
    case 5:
      value = value.Without(name);
      model.erase(key);
      return;
    case 6:
      value = value.Without(std::string_view(key));
      model.erase(key);
      return;
    default: {
      if (model.contains(key) && !model[key].is_object()) model[key] = Json::object();
      value = value.SetIn({name, Name("deep"), Name("er")}, child);
      if (!model[key]["deep"].is_object()) model[key]["deep"] = Json::object();
      model[key]["deep"]["er"] = Model(child);
      return;
    }
  }
}

TEST(ValueModelTest, ObjectsBehaveAsTheModelAndOldVersionsStay) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Value value = RandomObject(random);
    Json model = Model(value);
    struct Version {
      Value value;
      std::string text;
      uint64_t hash;
    };
    std::vector<Version> versions;
    for (int step = 0; step < 40; ++step) {
      Step(random, value, model);
      ASSERT_EQ(WriteJson(value), WriteJson(*ParseJson(model.dump())));
      if (random.Chance(1, 3)) versions.push_back({value, WriteJson(value), value.hash()});
    }
    ExpectSound(value);
    for (const Version& version : versions) {
      ASSERT_EQ(WriteJson(version.value), version.text);
      ASSERT_EQ(version.value.hash(), version.hash);
    }
  }
}

TEST(ValueModelTest, ArraysBehaveAsTheModel) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Value value = Value::EmptyArray();
    std::vector<std::string> model;
    for (int step = 0; step < 40; ++step) {
      const Value child = RandomValue(random, {.depth = 2});
      const size_t at = value.empty() ? 0 : random.Below(value.size());
      switch (value.empty() ? 0 : random.Below(3)) {
        case 0:
          value = value.Append(child);
          model.push_back(WriteJson(child));
          break;
        case 1:
          value = value.SetAt(at, child);
          model[at] = WriteJson(child);
          break;
        default:
          value = value.WithoutAt(at);
          model.erase(model.begin() + static_cast<long>(at));
          break;
      }
      ASSERT_EQ(value.size(), model.size());
      for (size_t i = 0; i < model.size(); ++i) ASSERT_EQ(WriteJson(value[i]), model[i]);
    }
    ExpectSound(value);
  }
}

TEST(ValueModelTest, EqualityIsTextualEqualityAndHashesFollow) {
  std::vector<Value> values;
  Random random(1);
  for (int i = 0; i < 150; ++i) {
    values.push_back(RandomValue(random, {.depth = 2, .max_size = 2}));
    values.push_back(RandomEdit(random, values.back()));
  }
  for (const Value& a : values) {
    for (const Value& b : values) {
      const bool same = WriteJson(a) == WriteJson(b);
      ASSERT_EQ(a == b, same) << WriteJson(a) << " " << WriteJson(b);
      ASSERT_EQ(a.hash() == b.hash(), same) << WriteJson(a) << " " << WriteJson(b);
    }
  }
}

TEST(ValueModelTest, LargeObjectsAreSearchedSortedAndDeduplicated) {
  Random random(3);
  ObjectBuilder builder;
  std::map<std::string, int64_t> model;
  for (int i = 0; i < 2000; ++i) {
    const std::string key = "key-" + std::to_string(random.Below(1000));
    builder.Add(key, i);
    model[key] = i;
  }
  const Value object = builder.Build();
  EXPECT_EQ(builder.size(), 0u);
  ASSERT_EQ(object.size(), model.size());
  for (const auto& [key, i] : model) {
    ASSERT_EQ(object[std::string_view(key)].AsInt(-1), i);
    ASSERT_EQ(object[Name(key)].AsInt(-1), i);
  }
  EXPECT_EQ(object.Find("key"), nullptr);
  EXPECT_EQ(object.Find(Name("key-5000")), nullptr);
  ExpectSound(object);
}

TEST(ValueModelTest, DepthShrinksWithTheDeepestChild) {
  const Name a("a");
  const Value deep = *ParseJson(R"({"a":{"x":[[[1]]]},"b":[1]})");
  EXPECT_EQ(deep.depth(), 5);
  EXPECT_EQ(deep.Set(a, 1).depth(), 2);
  EXPECT_EQ(deep.Without(a).depth(), 2);
  Value mine = *ParseJson(R"({"a":{"x":[[[1]]]},"b":[1]})");
  mine = std::move(mine).Set(a, nullptr);
  EXPECT_EQ(mine.depth(), 2);
  mine = std::move(mine).Set(Name("c"), deep);
  EXPECT_EQ(mine.depth(), 6);
}

TEST(ValueModelTest, OddUses) {
  Value value = *ParseJson(R"({"a":{"b":1}})");
  const Value& alias = value;
  value = alias;  // self-assignment
  EXPECT_EQ(WriteJson(value), R"({"a":{"b":1}})");
  value = value["a"];  // a child of what it replaces
  EXPECT_EQ(WriteJson(value), R"({"b":1})");
  value = std::move(value).Set(Name("self"), value);  // holds its own old version
  EXPECT_EQ(WriteJson(value), R"({"b":1,"self":{"b":1}})");
  Value moved = std::move(value);
  EXPECT_TRUE(value.is_null());  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(value == Value());
  EXPECT_EQ(value.hash(), Value().hash());
  EXPECT_EQ(moved["none"]["below"][3].AsInt(7), 7);
  EXPECT_EQ(moved[-1].AsInt(7), 7);

  EXPECT_TRUE(Value("") == Value(Name("")));
  EXPECT_EQ(Value("").identity(), Value(String()).identity());
  EXPECT_EQ(Value("").Set(Name("k"), "").size(), 1u) << "a scalar counts as an empty object";
  EXPECT_EQ(Value::EmptyObject().Set(Name(""), 1)[""].AsInt(), 1);
  EXPECT_EQ(Value(0.0).hash(), Value(-0.0).hash());
  EXPECT_FALSE(Value(1) == Value(1.0));
  EXPECT_FALSE(Value(1) == Value(true));
  EXPECT_EQ(Value(uint64_t{5}).type(), Value::Type::kInt);

  const Value marked = *ParseJson(R"({"a":1})");
  marked.set_mark(7);
  EXPECT_EQ(Value(marked).mark(), 7u);
  EXPECT_EQ(marked.Set(Name("a"), 2).mark(), 0u) << "another node";
  EXPECT_EQ(marked.WithoutIn({Name("a"), Name("b")}).identity(), marked.identity());
  EXPECT_EQ(marked.WithoutIn({Name("x"), Name("b")}).identity(), marked.identity());
  EXPECT_EQ(WriteJson(marked.WithoutIn({Name("a")})), "{}");
}

TEST(ValueModelTest, TooDeepIsACheckNotACrash) {
  Value value;
  for (int i = 0; i < kMaxDepth; ++i) value = Value::Array({value});
  EXPECT_EQ(value.depth(), kMaxDepth);
  EXPECT_EQ(WriteJson(value).size(), static_cast<size_t>(2 * kMaxDepth + 4));
  EXPECT_DEATH({ auto deeper = Value::Array({value}); }, "nested deeper");
}

TEST(WithFieldsTest, ChangesSeveralFieldsAsSetAndWithoutWouldOneByOne) {
  static const Name kA("a");
  static const Name kC("c");
  static const Name kZ("z");
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    ObjectBuilder builder;
    for (const char* key : {"a", "b", "c", "d", "with-fields-only", "z"}) {
      if (random.Chance(1, 2)) builder.Add(String(key), static_cast<int64_t>(random.Below(3)));
    }
    const Value before = builder.Build();
    std::vector<FieldChange> changes;
    Value expected = before;
    for (const Name name : {kA, kC, kZ}) {
      if (random.Chance(1, 3)) continue;
      const Value value = random.Chance(1, 3) ? Value() : Value(static_cast<int64_t>(random.Below(3)));
      changes.push_back({name, value});
      expected = value.is_null() ? expected.Without(name) : expected.Set(name, value);
    }
    const Value after = WithFields(before, changes);
    EXPECT_EQ(after, expected);
    EXPECT_EQ(after.depth(), expected.depth());
    if (expected == before) EXPECT_EQ(after.identity(), before.identity());
    EXPECT_EQ(after.hash(), expected.hash());
  }
}

}  // namespace
}  // namespace wavetank

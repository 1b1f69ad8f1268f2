// The persistent tree against a plain map, the log, copies of a server, worlds that do not see each other.
#include <gtest/gtest.h>

#include <map>

#include "sim/apiserver/object_tree.h"
#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

Object Named(std::string_view ns, std::string_view name, int n = 0) {
  return Object(ObjectBuilder()
                    .Add(names::kMetadata, ObjectBuilder().Add(names::kName, name).Add(names::kNamespace, ns).Build())
                    .Add("n", n)
                    .Build());
}

using Model = std::map<ObjectKey, int>;

void ExpectEqual(const ObjectTree& tree, const Model& model) {
  ASSERT_EQ(tree.size(), model.size());
  auto expected = model.begin();
  tree.ForEach(nullptr, [&](const Object& o) {
    EXPECT_EQ(o.key(), expected->first);
    EXPECT_EQ(o.value()["n"].AsInt(), expected->second);
    ++expected;
    return true;
  });
  EXPECT_EQ(expected, model.end());
}

TEST(ObjectTree, AgreesWithAMap) {
  Random random(3);
  ObjectTree tree;
  Model model;
  std::vector<std::pair<ObjectTree, Model>> snapshots;
  constexpr const char* kSpaces[] = {"n", "n-a", "n.b", "n0", "m"};
  for (int step = 0; step < 20000; ++step) {
    const std::string_view ns = kSpaces[random.Below(5)];
    // Phases that grow and phases that shrink.
    const bool grow = (step / 4000) % 2 == 0;
    const std::string name = "x" + std::to_string(random.Below(1500));
    if (random.Chance(grow ? 4 : 1, 5)) {
      tree.Put(Named(ns, name, step));
      model[ObjectKey(ns, name)] = step;
    } else {
      EXPECT_EQ(tree.Erase(ObjectKey(ns, name)), model.erase(ObjectKey(ns, name)) == 1);
    }
    if (step % 2500 == 0) snapshots.emplace_back(tree, model);
    if (step % 1000 == 0) {
      const ObjectKey from(ns, name);
      const size_t count = static_cast<size_t>(std::distance(model.lower_bound(from), model.end()));
      EXPECT_EQ(tree.CountFrom(KeyView(from)), count);
      EXPECT_EQ(tree.Find(from) != nullptr, model.contains(from));
    }
  }
  ExpectEqual(tree, model);
  for (const auto& [then, expected] : snapshots) ExpectEqual(then, expected);  // persistent
  for (const auto& [key, n] : Model(model)) EXPECT_TRUE(tree.Erase(key));
  EXPECT_TRUE(tree.empty());
}

TEST(Log, KeepsABoundedPast) {
  const ResourceInfo resource(Gvr("", "v1", "x"), Gvk("", "v1", "X"));
  Log log(2048);
  for (uint64_t r = 1; r <= 10000; ++r) log.Append({r, &resource, WatchEvent::Type::kAdded, Object(), Object()});
  EXPECT_GE(10000 - log.floor(), 2048u);
  EXPECT_LE(10000 - log.floor(), 4096u);
  EXPECT_EQ(log.Since(log.floor()).size(), 10000 - log.floor());
  EXPECT_EQ(log.Since(9990).front().revision, 9991u);
  EXPECT_TRUE(log.Since(10000).empty());
}

TEST(Log, CopiesGoTheirOwnWays) {
  const ResourceInfo resource(Gvr("", "v1", "x"), Gvk("", "v1", "X"));
  Log a;
  a.Append({1, &resource, WatchEvent::Type::kAdded, Object(), Object()});
  Log b = a;
  b.Append({2, &resource, WatchEvent::Type::kModified, Object(), Object()});
  a.Append({2, &resource, WatchEvent::Type::kDeleted, Object(), Object()});
  EXPECT_EQ(a.Since(0).size(), 2u);
  EXPECT_EQ(a.Since(1)[0].type, WatchEvent::Type::kDeleted);
  EXPECT_EQ(b.Since(1)[0].type, WatchEvent::Type::kModified);
  {
    Log c = b;
    c.Append({3, &resource, WatchEvent::Type::kAdded, Object(), Object()});
  }
  b.Append({3, &resource, WatchEvent::Type::kDeleted, Object(), Object()});
  EXPECT_EQ(b.Since(2)[0].type, WatchEvent::Type::kDeleted);
}

TEST(Copies, AreWorldsOfTheirOwn) {
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})");
  TestServer u;
  u.server = t.server;
  u.Delete(u.configmaps, "default", "a");
  u.Post(u.configmaps, "default", R"({"metadata":{"name":"b"}})");
  EXPECT_EQ(t.Get(t.configmaps, "default", "a").code, 200);
  EXPECT_EQ(t.Get(t.configmaps, "default", "b").code, 404);
  EXPECT_EQ(u.Get(u.configmaps, "default", "a").code, 404);
  EXPECT_EQ(u.server.revision(), t.server.revision() + 2);
}

TEST(Copies, AKindAddedInOneIsNotSeenInTheOther) {
  TestServer t;
  TestServer u;
  u.server = t.server;
  ResourceInfo widgets(Gvr("example.com", "v1", "widgets"), Gvk("example.com", "v1", "Widget"));
  widgets.singular = "widget";
  widgets.list_kind = "WidgetList";
  widgets.verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  Result<KindRegistry> kinds = t.server.kinds().With(widgets);
  ASSERT_TRUE(kinds.ok());
  t.server.SetKinds(*kinds);
  const Gvr gvr("example.com", "v1", "widgets");
  const ApiResponse made = t.Post(
      gvr, "default", R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"any":[1]}})");
  ASSERT_EQ(made.code, 201) << WriteJson(made.Document());
  EXPECT_EQ(made.object.generation(), 1);  // API-076
  EXPECT_EQ(t.Merge(gvr, "default", "w", R"({"spec":{"any":[2]}})").object.generation(), 2);
  EXPECT_EQ(u.Get(gvr, "default", "w").code, 404);
  EXPECT_EQ(Message(u.Get(gvr, "default", "w")), "the server could not find the requested resource");
}

TEST(Determinism, SameRequestsSameBytes) {
  const auto run = [] {
    TestServer t;
    for (int i = 0; i < 50; ++i) t.Post(t.configmaps, "default", R"({"metadata":{"generateName":"a-"}})");
    std::string all;
    t.server.ForEach(t.resource(t.configmaps), "", [&](const Object& o) { all += WriteJson(o.value()); });
    return all;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace wavetank::sim

#include "runtime/cache/store.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "runtime/base/random.h"
#include "runtime/cache/cache_test_util.h"

namespace wavetank {
namespace {

using testing_util::Pod;

const char* const kByNode = "spec.nodeName";

void NodeIndex(const Object& pod, IndexValues& out) { out.Add(pod.spec()[names::kNodeName]); }

std::string Names(const Store& store, std::string_view ns = {}) {
  std::string out;
  store.ForEach([&](const Object& o) { out.append(o.key().ToString()).append(" "); }, ns);
  return out;
}

std::string Indexed(const Store& store, const char* value, std::string_view ns = {}) {
  std::string out;
  store.ForEachIndexed(kByNode, value, ns, [&](const Object& o) { out.append(o.name().view()).append(" "); });
  return out;
}

TEST(StoreTest, IteratesInKeyOrderWhateverTheOrderOfArrival) {  // N-01, RT-218
  Store store;
  for (const char* name : {"c", "a", "b"}) store.Put(Pod(name));
  store.Put(Pod("z", "n1", "a"));
  store.Put(Pod("y", "n1", "default-2"));
  // "default-2/" is below "default/", as in the server's lists.
  EXPECT_EQ(Names(store), "a/z default-2/y default/a default/b default/c ");
  EXPECT_EQ(Names(store, "default"), "default/a default/b default/c ");
  EXPECT_EQ(Names(store, "none"), "");
}

TEST(StoreTest, PutAndRemoveTellWhatWasThere) {
  Store store;
  const Object first = Pod("a");
  EXPECT_FALSE(store.Put(first));
  const Object second = Pod("a", "n2");
  EXPECT_TRUE(store.Put(second).SameAs(first));
  EXPECT_TRUE(store.Find(ObjectKey("default", "a"))->SameAs(second));
  EXPECT_TRUE(store.Remove(ObjectKey("default", "a")).SameAs(second));
  EXPECT_FALSE(store.Remove(ObjectKey("default", "a")));
  EXPECT_EQ(store.Find(ObjectKey("default", "a")), nullptr);
}

TEST(StoreTest, IndexesFollowTheirObjects) {  // RT-217
  Store store;
  store.Put(Pod("early", "n1"));
  ASSERT_TRUE(store.AddIndex(kByNode, NodeIndex).ok());
  EXPECT_EQ(store.AddIndex(kByNode, NodeIndex).code(), Code::kAlreadyExists);
  store.Put(Pod("a", "n1"));
  store.Put(Pod("b", "n2"));
  store.Put(Pod("other", "n1", "prod"));
  EXPECT_EQ(Indexed(store, "n1"), "a early other ");
  EXPECT_EQ(Indexed(store, "n1", "prod"), "other ");
  store.Put(Pod("a", "n2"));
  EXPECT_EQ(Indexed(store, "n2"), "a b ");
  store.Remove(ObjectKey("default", "a"));
  store.Remove(ObjectKey("default", "b"));
  EXPECT_EQ(store.IndexKeys(kByNode), std::vector<String>{String("n1")}) << "empty sets are removed";
  EXPECT_EQ(Indexed(store, "n2"), "");
  store.Clear();
  EXPECT_EQ(store.CountIndexed(kByNode, "n1"), 0u);
  EXPECT_EQ(store.size(), 0u);
}

TEST(StoreTest, ManyValuesAreOneEntryEach) {
  Store store;
  const auto both = [](const Object& pod, IndexValues& out) {
    out.Add(pod.name());
    out.Add(pod.name());
    out.Add(pod.spec()[names::kNodeName]);
  };
  ASSERT_TRUE(store.AddIndex("both", both).ok());
  store.Put(Pod("a", "n1"));
  store.Put(Pod("a", "a"));
  EXPECT_EQ(store.IndexKeys("both"), std::vector<String>{String("a")});
  EXPECT_TRUE(store.IndexFinds("both", Pod("x", "y"), "y"));
  EXPECT_FALSE(store.IndexFinds("both", Pod("x", "y"), "z"));
}

TEST(StoreTest, ARoundFindsWhatIsGone) {
  Store store;
  for (const char* name : {"a", "b", "c"}) store.Put(Pod(name));
  store.Put(Pod("a", "n1", "prod"));
  store.BeginRound();
  store.Put(Pod("b"));
  const std::vector<Object> gone = store.RemoveUntouched("default");
  ASSERT_EQ(gone.size(), 2u);
  EXPECT_EQ(Names(store), "default/b prod/a ");
}

// Against the plainest model there is.
TEST(StoreTest, AgreesWithAMap) {
  Random random(7);
  Store store;
  ASSERT_TRUE(store.AddIndex(kByNode, NodeIndex).ok());
  std::map<ObjectKey, std::string> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::string name = "p" + std::to_string(random.Below(step < 10'000 ? 900 : 60));
    const std::string ns = "ns" + std::to_string(random.Below(3));
    const ObjectKey key{String(ns), String(name)};
    if (random.Chance(2, 5)) {
      EXPECT_EQ(static_cast<bool>(store.Remove(key)), model.erase(key) == 1);
    } else {
      const std::string node = "n" + std::to_string(random.Below(5));
      store.Put(Pod(name, node, ns));
      model[key] = node;
    }
    if (step % 500 != 0) continue;
    ASSERT_EQ(store.size(), model.size());
    std::string wanted;
    std::string indexed;
    for (const auto& [k, node] : model) {
      wanted += k.ToString() + " ";
      if (node == "n3" && k.ns == "ns1") indexed += k.name.str() + " ";
    }
    ASSERT_EQ(Names(store), wanted);
    ASSERT_EQ(Indexed(store, "n3", "ns1"), indexed);
  }
}

}  // namespace
}  // namespace wavetank

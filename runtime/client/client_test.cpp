#include "runtime/client/client.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/client/create_or_update.h"
#include "runtime/client/fake_transport.h"
#include "runtime/client/retry.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;

const Gvk kPod("", "v1", "Pod");
const Gvr kPods("", "v1", "pods");
const Gvk kConfigMap("", "v1", "ConfigMap");

// A view as the generator makes them, in miniature.
class PodView {
 public:
  static inline const Gvk kGvk{"", "v1", "Pod"};
  static PodView FromObject(Object object) { return PodView(std::move(object)); }
  const Object& ToObject() const { return object_; }
  std::string_view phase() const { return object_.status()[names::kPhase].AsString(); }

 private:
  explicit PodView(Object object) : object_(std::move(object)) {}
  Object object_;
};

Object Pod(std::string name, std::string app = "web") {
  return Object(*ParseJson(R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":")" + name +
                           R"(","labels":{"app":")" + app +
                           R"("}},"spec":{"nodeName":"n1"},"status":{"phase":"Running"}})"));
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() : env_(executor_), client_(&env_, KindRegistry::BuiltIn()) {}
  // Runs a call as a root task.
  template <typename C>
  typename C::Answer Run(C call) {
    return executor_.Run(AsTask(std::move(call)));
  }
  FakeTransport& server() { return env_.fake; }

  ManualExecutor executor_;
  FakeEnvironment env_;
  Client client_;
};

TEST_F(ClientTest, CreatesAndReads) {
  Result<Object> made = Run(client_.Create(Pod("web-0")));
  ASSERT_TRUE(made.ok()) << made.status().ToString();
  Result<Object> read = Run(client_.Get(kPod, ObjectKey("default", "web-0")));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->SameAs(*made)) << "the server's own handle, no copy";
  EXPECT_EQ(server().Log(), "create pods default/web-0\nget pods default/web-0\n");
}

TEST_F(ClientTest, TypedCallsConvert) {
  server().Put(Pod("web-0"));
  server().Put(Pod("web-1"));
  server().Put(Pod("db-0", "db"));
  Result<PodView> pod = Run(client_.Get<PodView>(ObjectKey("default", "web-0")));
  ASSERT_TRUE(pod.ok());
  EXPECT_EQ(pod->phase(), "Running");
  const Value labels = ObjectBuilder().Add("app", "web").Build();
  Result<TypedList<PodView>> pods = Run(client_.List<PodView>(InNamespace("default").MatchingLabels(labels)));
  ASSERT_TRUE(pods.ok());
  EXPECT_EQ(pods->size(), 2u);
  EXPECT_EQ(server().requests().back().list.label_selector, "app=web");
  EXPECT_TRUE(Run(client_.Delete(*pod, DeleteOptions().WithUid(pod->ToObject().uid()))).ok());
  EXPECT_EQ(server().requests().back().body["preconditions"]["uid"], pod->ToObject().uid().view());
  EXPECT_EQ(Run(client_.Get<PodView>(ObjectKey("default", "web-0"))).code(), Code::kNotFound);
}

TEST_F(ClientTest, ErrorsCarryTheServersReason) {  // RT-284
  Result<Object> missing = Run(client_.Get(kPod, ObjectKey("default", "x")));
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_EQ(missing.status().message(), "pods \"x\" not found");
  server().Put(Pod("web-0"));
  EXPECT_EQ(Run(client_.Create(Pod("web-0"))).code(), Code::kAlreadyExists);
  EXPECT_EQ(Run(client_.Get(Gvk("x.io", "v1", "Nothing"), ObjectKey("a", "b"))).status().message(),
            "no matches for kind \"Nothing\" in version \"x.io/v1\"");
  EXPECT_EQ(Run(client_.Get(kPod, ObjectKey("default", ""))).code(), Code::kInvalidArgument);
  EXPECT_EQ(Run(client_.Get(kPod, ObjectKey("", "a"))).code(), Code::kInvalidArgument);
}

TEST_F(ClientTest, AnEmptyDeleteHasNoBody) {  // RT-243, RS-088
  server().Put(Pod("web-0"));
  EXPECT_TRUE(Run(client_.Delete(kPod, ObjectKey("default", "web-0"))).ok());
  EXPECT_TRUE(server().requests().back().body.is_null());
  const Value body = DeleteOptions().WithUid("u").GracePeriodSeconds(0).Propagation("Orphan").ToBody();
  EXPECT_EQ(
      WriteJson(body),
      R"({"apiVersion":"v1","gracePeriodSeconds":0,"kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Orphan"})");
}

// ---- RT-281, RT-282: what is tried again.

TEST_F(ClientTest, ReadsWithoutAnswerAreTriedAgainAfterASecond) {
  server().Put(Pod("web-0"));
  server().DropNext(Verb::kGet);
  server().DropNext(Verb::kGet);
  const Time start = executor_.Now();
  EXPECT_TRUE(Run(client_.Get(kPod, ObjectKey("default", "web-0"))).ok());
  EXPECT_EQ(executor_.Now() - start, Duration(2s));
  EXPECT_EQ(server().Count(Verb::kGet), 3u);
}

TEST_F(ClientTest, AWriteWithoutAnswerIsNeverSentAgain) {
  server().LoseAnswerOfNext(Verb::kCreate);
  EXPECT_EQ(Run(client_.Create(Pod("web-0"))).code(), Code::kConnection);
  EXPECT_EQ(server().Count(Verb::kCreate), 1u);
  EXPECT_NE(server().Find(kPods, ObjectKey("default", "web-0")), nullptr) << "it was applied all the same";
}

TEST_F(ClientTest, RetryAfterIsHonouredForWritesToo) {
  server().FailNext(Verb::kCreate, TooManyRequestsError("slow down", 7));
  server().FailNext(Verb::kCreate, ServerTimeoutError(ErrorSubject(kPods, "web-0"), "create", 2));
  const Time start = executor_.Now();
  EXPECT_TRUE(Run(client_.Create(Pod("web-0"))).ok());
  EXPECT_EQ(executor_.Now() - start, Duration(9s));
  // 503 without Retry-After stands, and so does a conflict.
  server().FailNext(Verb::kUpdate, UnavailableError("restarting"));
  EXPECT_EQ(Run(client_.Update(Pod("web-0"))).code(), Code::kUnavailable);
}

TEST_F(ClientTest, TenRetriesAndNoMore) {
  for (int i = 0; i < 12; ++i) server().FailNext(Verb::kGet, TooManyRequestsError("slow down", 1));
  EXPECT_EQ(Run(client_.Get(kPod, ObjectKey("default", "web-0"))).code(), Code::kTooManyRequests);
  EXPECT_EQ(server().Count(Verb::kGet), 11u);
  ClientOptions options;
  options.max_retries = 0;
  const Client once(&env_, KindRegistry::BuiltIn(), options);
  EXPECT_EQ(Run(once.Get(kPod, ObjectKey("default", "web-0"))).code(), Code::kTooManyRequests);
  EXPECT_EQ(server().Count(Verb::kGet), 12u);
}

TEST_F(ClientTest, ADroppedCallCancelsItsRetry) {
  server().DropNext(Verb::kGet);
  {
    auto task = AsTask(client_.Get(kPod, ObjectKey("default", "web-0")));
    task.Start(executor_);
    executor_.RunPending();
    EXPECT_EQ(executor_.timers(), 1u);
  }
  EXPECT_EQ(executor_.timers(), 0u);
  server().Hold(true);
  {
    auto task = AsTask(client_.Get(kPod, ObjectKey("default", "web-0")));
    task.Start(executor_);
    EXPECT_EQ(server().held(), 1u);
  }
  EXPECT_EQ(server().held(), 0u);
  auto late = executor_.Run(WithTimeout(executor_, 1s, client_.Get(kPod, ObjectKey("default", "web-0"))));
  EXPECT_EQ(late.code(), Code::kDeadlineExceeded);
}

TEST_F(ClientTest, Throttles) {  // RT-280
  ClientOptions options;
  options.queries_per_second = 5;
  options.burst = 2;
  const Client slow(&env_, KindRegistry::BuiltIn(), options);
  server().Put(Pod("web-0"));
  const Time start = executor_.Now();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Run(slow.Get(kPod, ObjectKey("default", "web-0"))).ok());
  EXPECT_EQ(executor_.Now() - start, Duration(400ms));
}

// ---- Lists.

TEST_F(ClientTest, ListsInPages) {  // RT-165
  for (int i = 0; i < 5; ++i) server().Put(Pod("web-" + std::to_string(i)));
  Result<ObjectList> all = Run(client_.List(kPod, InNamespace("default").AtResourceVersion("0").PageSize(2)));
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->items.size(), 5u);
  EXPECT_EQ(all->resource_version, "6");
  ASSERT_EQ(server().Count(Verb::kList), 3u);
  EXPECT_EQ(server().requests()[0].list.resource_version, "0");
  EXPECT_EQ(server().requests()[1].list.resource_version, "");
  Result<ObjectList> page = Run(client_.List(kPod, InNamespace("default").OnePage(2)));
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->items.size(), 2u);
  EXPECT_FALSE(page->continue_token.empty());
}

TEST_F(ClientTest, AnExpiredTokenListsOnceMoreInOneGo) {  // RT-165
  for (int i = 0; i < 5; ++i) server().Put(Pod("web-" + std::to_string(i)));
  bool first = true;
  server().AnswerNext(Verb::kList, [&](const ApiRequest&) -> Result<ApiResponse> {
    first = false;
    ApiResponse response;
    response.items = server().All(kPods);
    response.items.resize(2);
    response.body = *ParseJson(R"({"kind":"PodList","metadata":{"resourceVersion":"3","continue":"0/2"}})");
    return response;
  });
  server().FailNext(Verb::kList, ExpiredError("token too old"));
  Result<ObjectList> all = Run(client_.List(kPod, InNamespace("default").PageSize(2)));
  ASSERT_TRUE(all.ok());
  EXPECT_FALSE(first);
  EXPECT_EQ(all->items.size(), 5u);
  EXPECT_EQ(server().requests().back().list.limit, 0);
  EXPECT_EQ(server().requests().back().list.continue_token, "");
  // The first page's 410 is the caller's.
  server().FailNext(Verb::kList, ExpiredError("too old"));
  EXPECT_EQ(Run(client_.List(kPod, ListOptionsBuilder().PageSize(2))).code(), Code::kExpired);
}

// ---- Patches and helpers (T-112).

TEST_F(ClientTest, PatchesSendTheDifference) {  // RT-266
  const Object before = server().Put(Pod("web-0"));
  const Object after = before.With(before.value().SetIn({names::kSpec, names::kNodeName}, "n2"));
  ASSERT_TRUE(Run(client_.Patch(after, MergeFrom(before))).ok());
  EXPECT_EQ(WriteJson(server().requests().back().body), R"({"spec":{"nodeName":"n2"}})");
  // Somebody wrote meanwhile: the lock refuses.
  EXPECT_EQ(Run(client_.Patch(after, MergeFrom(before).WithOptimisticLock())).code(), Code::kConflict);
  EXPECT_EQ(Run(client_.Patch(after, MergeFrom(Pod("web-0")).WithOptimisticLock())).code(), Code::kInvalidArgument);
}

TEST_F(ClientTest, StrategicPatchesChangeSingleElements) {  // RT-266, API-223
  const Object bare = Pod("web-0");
  const Object before = server().Put(
      bare.With(bare.value().SetIn({names::kSpec}, *ParseJson(R"({"containers":[{"name":"a"},{"name":"b"}]})"))));
  const Object after = before.With(
      before.value().SetIn({names::kSpec}, *ParseJson(R"({"containers":[{"name":"a"},{"name":"b","image":"i:2"}]})")));
  const Result<ObjectPatch> patch =
      StrategicMergeFrom(before).Diff(after, KindRegistry::BuiltIn().Find(Gvk("", "v1", "Pod")));
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(patch->type(), PatchType::kStrategicMerge);
  const std::string text = R"({"spec":{"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],)"
                           R"("containers":[{"image":"i:2","name":"b"}]}})";
  EXPECT_EQ(WriteJson(patch->body()), text);
  (void)Run(client_.Patch(after, StrategicMergeFrom(before)));
  EXPECT_EQ(WriteJson(server().requests().back().body), text);
  // Without a type there is none.
  EXPECT_EQ(StrategicMergeFrom(before).Diff(after).code(), Code::kInvalidArgument);
}

TEST_F(ClientTest, StatusGoesToItsSubresource) {
  const Object pod = server().Put(Pod("web-0"));
  const Object failed = pod.With(pod.value().SetIn({names::kStatus, names::kPhase}, "Failed"));
  ASSERT_TRUE(Run(client_.UpdateStatus(failed)).ok());
  EXPECT_EQ(server().requests().back().text, "update pods/status default/web-0");
  EXPECT_EQ((*server().Find(kPods, pod.key())).status()[names::kPhase], "Failed");
  ClientOptions options;
  options.field_manager = "me";
  const Client mine(&env_, KindRegistry::BuiltIn(), options);
  ASSERT_TRUE(Run(mine.PatchStatus(kPod, pod.key(), ObjectPatch(PatchType::kMerge, Value::EmptyObject()))).ok());
  EXPECT_EQ(server().requests().back().field_manager, "me");
}

Task<Status> Bump(Client client, ObjectKey key, int* tries) {
  ++*tries;
  CO_ASSIGN(Object pod, co_await client.Get(kPod, key));
  CO_RETURN_IF_ERROR(co_await client.Update(pod));
  co_return Status();
}

TEST_F(ClientTest, RetriesOnConflict) {  // RT-269
  server().Put(Pod("web-0"));
  server().FailNext(Verb::kUpdate, ConflictError(kPods, "web-0"));
  server().FailNext(Verb::kUpdate, ConflictError(kPods, "web-0"));
  int tries = 0;
  const auto bump = [this, &tries] { return Bump(client_, ObjectKey("default", "web-0"), &tries); };
  const Time start = executor_.Now();
  EXPECT_TRUE(executor_.Run(RetryOnConflict(client_, bump)).ok());
  EXPECT_EQ(tries, 3);
  EXPECT_GE(executor_.Now() - start, Duration(20ms));
  EXPECT_LE(executor_.Now() - start, Duration(22ms));
  for (int i = 0; i < 9; ++i) server().FailNext(Verb::kUpdate, ConflictError(kPods, "web-0"));
  tries = 0;
  EXPECT_EQ(executor_.Run(RetryOnConflict(client_, bump)).code(), Code::kConflict);
  EXPECT_EQ(tries, 5);
}

TEST_F(ClientTest, CreateOrUpdateSaysWhatItDid) {  // RT-262
  const auto scale = [](const Object& o) -> Result<Object> {
    return o.With(o.value().SetIn({names::kSpec, names::kReplicas}, 3));
  };
  auto done = executor_.Run(CreateOrUpdate(client_, Pod("web-0"), scale));
  ASSERT_TRUE(done.ok()) << done.status().ToString();
  EXPECT_EQ(done->operation, Operation::kCreated);
  done = executor_.Run(CreateOrUpdate(client_, Pod("web-0"), scale));
  EXPECT_EQ(done->operation, Operation::kNone);
  EXPECT_EQ(server().Count(Verb::kUpdate), 0u);
  const auto more = [](const Object& o) -> Result<Object> {
    return o.With(o.value().SetIn({names::kSpec, names::kReplicas}, 4));
  };
  done = executor_.Run(CreateOrUpdate(client_, Pod("web-0"), more));
  EXPECT_EQ(done->operation, Operation::kUpdated);
  const auto rename = [](const Object& o) -> Result<Object> {
    return o.With(o.value().SetIn({names::kMetadata, names::kName}, "other"));
  };
  EXPECT_EQ(executor_.Run(CreateOrUpdate(client_, Pod("web-0"), rename)).code(), Code::kInvalidArgument);
}

TEST_F(ClientTest, CreateOrPatchPatchesStatusApart) {  // RT-263
  const auto phase = [](const Object& o) -> Result<Object> {
    return o.With(o.value().SetIn({names::kStatus, names::kPhase}, "Failed"));
  };
  server().Put(Pod("web-0"));
  auto done = executor_.Run(CreateOrPatch(client_, Pod("web-0"), phase));
  ASSERT_TRUE(done.ok()) << done.status().ToString();
  EXPECT_EQ(done->operation, Operation::kUpdatedStatusOnly);
  EXPECT_EQ(WriteJson(server().requests().back().body), R"({"status":{"phase":"Failed"}})");
  done = executor_.Run(CreateOrPatch(client_, Pod("web-0"), phase));
  EXPECT_EQ(done->operation, Operation::kNone);
  const auto both = [](const Object& o) -> Result<Object> {
    return o.With(
        o.value().SetIn({names::kStatus, names::kPhase}, "Running").SetIn({names::kSpec, names::kNodeName}, "n9"));
  };
  done = executor_.Run(CreateOrPatch(client_, Pod("web-0"), both));
  EXPECT_EQ(done->operation, Operation::kUpdatedStatus);
  EXPECT_EQ(done->object.spec()[names::kNodeName], "n9");
  EXPECT_EQ(done->object.status()[names::kPhase], "Running");
}

Task<std::string> ReadThree(Client client) {
  std::string types;
  auto stream = co_await client.Watch(kPod, ListOptionsBuilder().AtResourceVersion("1"));
  if (!stream.ok()) co_return stream.status().ToString();
  for (int i = 0; i < 3; ++i) {
    auto event = co_await (*stream)->Next();
    if (event.ok() && event->has_value()) types.append(WatchEventTypeName((*event)->type)).append(" ");
  }
  co_return types;
}

TEST_F(ClientTest, Watches) {  // RT-245
  Object pod = server().Put(Pod("web-0"));
  server().Put(pod);
  server().Remove(kPods, pod.key());
  EXPECT_EQ(executor_.Run(ReadThree(client_)), "ADDED MODIFIED DELETED ");
  server().Compact();
  EXPECT_EQ(executor_.Run(ReadThree(client_)).substr(0, 7), "Expired");
}

}  // namespace
}  // namespace wavetank

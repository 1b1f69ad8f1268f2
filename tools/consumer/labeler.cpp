#include "labeler.h"

namespace labeler {

using wavetank::Client;
using wavetank::Code;
using wavetank::Context;
using wavetank::Environment;
using wavetank::Manager;
using wavetank::MergeFrom;
using wavetank::Name;
using wavetank::Object;
using wavetank::ReconcileResult;
using wavetank::Request;
using wavetank::Result;
using wavetank::Status;
using wavetank::Task;
using wavetank::Value;

namespace names = wavetank::names;

namespace {

const wavetank::Gvk& ConfigMap() {
  static const wavetank::Gvk kind("", "v1", "ConfigMap");
  return kind;
}

}  // namespace

Task<Result<ReconcileResult>> Labeler::Reconcile(Context ctx, Request request) {
  Result<Object> found = co_await client_.Get(ConfigMap(), request);
  if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
  if (!found.ok()) co_return found.status();

  const Value team = found->annotations()["example.com/team"];
  if (!team.is_string() || found->labels()["team"] == team) co_return ReconcileResult::Done();

  const Object labelled = found->With(found->value().SetIn({names::kMetadata, names::kLabels, Name("team")}, team));
  Result<Object> patched = co_await client_.Patch(labelled, MergeFrom(*found));
  if (!patched.ok()) co_return patched.status();
  ctx.log().Info("labelled " + request.ToString());
  co_return ReconcileResult::Done();
}

Task<Status> Main(Environment& environment) {
  Manager manager = Manager::New(environment);
  ControllerManagedBy(manager).For(ConfigMap()).Complete(Labeler(manager.client()));
  co_return co_await manager.Start();
}

}  // namespace labeler

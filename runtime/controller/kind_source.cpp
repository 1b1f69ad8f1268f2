#include "runtime/controller/kind_source.h"

#include <utility>

#include "runtime/exec/sleep.h"

namespace wavetank {
namespace {

// What happened, in the order of ObjectEvent::Type; the last for the first list and for resyncs.
constexpr std::string_view kHappened[] = {" created", " updated", " deleted", " signalled", " listed"};

}  // namespace

class KindSource::Adapter final : public ResourceEventHandler {
 public:
  explicit Adapter(KindSource* source) : source_(source) {}
  ~Adapter() override {
    if (source_ != nullptr) source_->adapter_ = nullptr;
  }
  void Part() { source_ = nullptr; }

  void OnAdd(const Object& object, bool in_initial_list) override {
    if (source_ != nullptr) source_->Deliver(ObjectEvent::Create(object, in_initial_list));
  }
  void OnUpdate(const Object& before, const Object& after) override {
    if (source_ != nullptr) source_->Deliver(ObjectEvent::Update(before, after));
  }
  void OnDelete(const Object& object, bool final_state_unknown) override {
    if (source_ != nullptr) source_->Deliver(ObjectEvent::Delete(object, final_state_unknown));
  }

 private:
  KindSource* source_;
};

KindSource::KindSource(Cache* cache, Gvk kind, Handler handler, std::vector<Predicate> predicates)
    : cache_(cache), kind_(kind), handler_(std::move(handler)), predicates_(std::move(predicates)) {}

KindSource::~KindSource() {
  if (adapter_ != nullptr) adapter_->Part();
}

std::string KindSource::Describe() const { return "kind source: " + kind_.group_kind(); }

Task<Status> KindSource::Start(SourceScope* scope) {
  scope_ = scope;
  co_return Status();
}

Task<Status> KindSource::WaitForSync() {
  Informer* informer = nullptr;
  while (informer == nullptr) {
    Result<Informer*> found = cache_->InformerFor(kind_);
    if (found.ok()) {
      informer = *found;
      break;
    }
    scope_->logger->Error(found.status(), "A kind cannot be watched; is its CRD installed? Trying again",
                          {{"kind", kind_.group_kind()}});
    co_await Sleep(scope_->environment->executor(), kRetry, TimerClass::kForeground,
                   EventLabel{EventKind::kTimer, HashBytes(kind_.kind.view(), 0x6b696e64)});
  }
  auto adapter = std::make_unique<Adapter>(this);
  adapter_ = adapter.get();
  const HandlerId id = informer->AddHandler(std::move(adapter));
  // What a synced informer holds was delivered inside AddHandler (RT-213).
  if (!informer->HandlerSynced(id)) co_await informer->WaitForSync();
  co_return Status();
}

void KindSource::Deliver(const ObjectEvent& event) { Dispatch(*scope_, predicates_, handler_, event, ReasonFor(event)); }

const char* KindSource::ReasonFor(const ObjectEvent& event) {
  const size_t what = event.initial || event.resync() ? 4 : static_cast<size_t>(event.type);
  if (reasons_[what] == nullptr) {
    std::string text(kind_.kind.view());
    text += kHappened[what];
    text += '\0';  // the bytes of a Name are not terminated
    reasons_[what] = Name(text).view().data();
  }
  return reasons_[what];
}

}  // namespace wavetank

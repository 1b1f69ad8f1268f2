#include "runtime/cache/cache.h"

#include <algorithm>

#include "runtime/api/selectors.h"
#include "runtime/api/status_error.h"

namespace wavetank {
namespace {

Status Stopped() { return Status(Code::kCancelled, "the cache was stopped"); }

// The period of replays, +- 10 %.
Duration DrawPeriod(const CacheOptions& options, Environment& env) {
  const Duration period = options.sync_period;
  if (period <= Duration(0)) return period;
  Random random = env.RandomFor("cache-resync/" + options.owner);
  const int64_t tenth = period.count() / 10;
  return period - Duration(tenth) + Duration(static_cast<int64_t>(random.Below(static_cast<uint64_t>(2 * tenth) + 1)));
}

// What a list from the cache selects, made ready to be asked for each object.
class CacheSelection {
 public:
  static Result<CacheSelection> Of(const Store& store, const ListOptionsBuilder& options) {
    CacheSelection made(store);
    made.labels_ = &options.labels();
    if (!options.selector().empty()) {
      WT_ASSIGN(made.selector_, LabelSelector::Parse(options.selector().view()));
    }
    for (const Field& field : options.fields()) made.terms_.push_back({field.key, field.value.ToSharedString()});
    if (!options.field_selector().empty()) WT_RETURN_IF_ERROR(made.AddTerms(options.field_selector().view()));
    for (const Term& term : made.terms_) {
      if (!store.HasIndex(term.index.view())) {
        return Status(Code::kInvalidArgument, "the cache has no index \"" + term.index.str() + "\"");
      }
    }
    // The rarest value first: the others are checked object by object.
    std::ranges::stable_sort(made.terms_, {},
                             [&](const Term& t) { return store.CountIndexed(t.index.view(), t.value); });
    return made;
  }

  template <typename F>
  void ForEach(std::string_view ns, F&& visit) const {
    const auto check = [&](const Object& object) {
      if (Matches(object)) visit(object);
    };
    if (terms_.empty()) {
      store_->ForEach(check, ns);
    } else {
      store_->ForEachIndexed(terms_[0].index.view(), terms_[0].value, ns, check);
    }
  }
  // At most so many will come.
  size_t bound() const {
    return terms_.empty() ? store_->size() : store_->CountIndexed(terms_[0].index.view(), terms_[0].value);
  }
  bool takes_all() const { return terms_.empty() && labels_->empty() && selector_.MatchesEverything(); }

 private:
  struct Term {
    String index;
    String value;
  };
  explicit CacheSelection(const Store& store) : store_(&store) {}

  // RT-236: only equality can be answered from an index.
  Status AddTerms(std::string_view text) {
    WT_ASSIGN(const FieldSelector selector, FieldSelector::Parse(text));
    for (const FieldSelector::Term& term : selector.terms()) {
      if (!term.equal) return Status(Code::kInvalidArgument, "the cache supports exact field matches only");
      terms_.push_back({String(term.field), String(term.value)});
    }
    return {};
  }

  bool Matches(const Object& object) const {
    const Value& labels = object.labels();
    for (const Field& wanted : *labels_) {
      const Value* label = labels.Find(wanted.key.view());
      if (label == nullptr || *label != wanted.value) return false;
    }
    if (!selector_.MatchesEverything() && !selector_.Matches(labels)) return false;
    for (size_t i = 1; i < terms_.size(); ++i) {
      if (!store_->IndexFinds(terms_[i].index.view(), object, terms_[i].value)) return false;
    }
    return true;
  }

  const Store* store_;
  const ListOptionsBuilder::Fields* labels_ = nullptr;
  LabelSelector selector_;
  std::vector<Term> terms_;
};

}  // namespace

Cache::Cache(Client client, CacheOptions options)
    : client_(client.Live()),
      options_(std::move(options)),
      sync_period_(DrawPeriod(options_, client.env())),
      changed_(client.executor()) {}

Cache::~Cache() = default;

void Cache::Start() {
  started_ = true;
  for (const auto& [gvk, informer] : informers_) informer->Start();
}

Task<Status> Cache::Run(Signal* stop) {
  Start();
  co_await stop->Wait();
  Stop();
  co_return Status();
}

void Cache::Stop() {
  stopped_ = true;
  for (const auto& [gvk, informer] : informers_) informer->Stop();
  changed_.Ring();
}

// ---- Informers.

Result<const ResourceInfo*> Cache::Resolve(const KindRef& kind) const {
  if (kind.info() != nullptr) return kind.info();
  return client_.ResourceFor(kind.gvk());
}

InformerOptions Cache::OptionsFor(const Gvk& gvk) {
  const auto found = options_.by_kind.find(gvk);
  const KindScope none;
  const KindScope& own = found == options_.by_kind.end() ? none : found->second;
  const KindScope& all = options_.defaults;
  const String& labels = own.label_selector.empty() ? all.label_selector : own.label_selector;
  const String& fields = own.field_selector.empty() ? all.field_selector : own.field_selector;
  InformerOptions options;
  options.owner = options_.owner;
  options.watch_list = options_.watch_list;
  options.namespaces = own.namespaces.has_value() ? *own.namespaces : all.namespaces.value_or(std::vector<String>());
  options.query.MatchingSelector(labels).MatchingFieldSelector(fields);
  options.transform = own.transform ? own.transform : all.transform;
  options.resync_period = sync_period_;
  options.on_synced = [this] { changed_.Ring(); };
  return options;
}

Informer* Cache::Lookup(const ResourceInfo& kind) const {
  if (kind.index < by_index_.size()) {
    Informer* informer = by_index_[kind.index];
    if (informer != nullptr && informer->kind().gvk == kind.gvk) [[likely]]
      return informer;
  }
  const auto found = informers_.find(kind.gvk);
  return found == informers_.end() ? nullptr : found->second.get();
}

Result<Informer*> Cache::InformerFor(const KindRef& kind) {
  WT_ASSIGN(const ResourceInfo* info, Resolve(kind));
  if (Informer* known = Lookup(*info); known != nullptr) return known;
  auto informer = std::make_unique<Informer>(client_, *info, OptionsFor(info->gvk));
  Informer* made = informer.get();
  informers_.emplace(info->gvk, std::move(informer));
  if (by_index_.size() <= info->index) by_index_.resize(info->index + 1);
  by_index_[info->index] = made;
  if (started_ && !stopped_) made->Start();
  return made;
}

Informer* Cache::FindInformer(const KindRef& kind) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  return info.ok() ? Lookup(**info) : nullptr;
}

void Cache::RemoveInformer(const KindRef& kind) {
  const auto found = informers_.find(kind.gvk());
  if (found == informers_.end()) return;
  std::ranges::replace(by_index_, found->second.get(), static_cast<Informer*>(nullptr));
  informers_.erase(found);
  changed_.Ring();
}

std::vector<Informer*> Cache::Informers() const {
  std::vector<Informer*> all;
  for (const auto& [gvk, informer] : informers_) all.push_back(informer.get());
  return all;
}

Status Cache::AddIndex(const KindRef& kind, String name, IndexFunction function) {
  WT_ASSIGN(Informer * informer, InformerFor(kind));
  return informer->AddIndex(std::move(name), std::move(function));
}

bool Cache::synced() const {
  return std::ranges::all_of(informers_, [](const auto& entry) { return entry.second->synced(); });
}

Task<Status> Cache::WaitForSync() {
  while (!synced()) {
    if (stopped_) co_return Stopped();
    co_await changed_.Wait();
  }
  co_return Status();
}

uint64_t Cache::ResourceVersionOf(const KindRef& kind) const {
  const Informer* informer = FindInformer(kind);
  return informer == nullptr ? 0 : informer->resource_version();
}

// ---- Reads.

Result<Informer*> Cache::Readable(const ResourceInfo& kind) const {
  if (!started_) return Status(Code::kFailedPrecondition, "the cache is not started, it cannot be read yet");  // RT-232
  Informer* informer = Lookup(kind);
  if (informer == nullptr && options_.fail_on_missing_informer) {
    return Status(Code::kFailedPrecondition, kind.gvk.group_kind() + " is not cached");  // RT-231
  }
  return informer != nullptr && informer->synced() ? informer : nullptr;
}

bool Cache::Covers(const Informer& informer, std::string_view ns) {
  const std::vector<String>& namespaces = informer.options().namespaces;
  if (namespaces.empty() || ns.empty() || !informer.kind().namespaced) return true;
  return std::ranges::find(namespaces, ns, &String::view) != namespaces.end();
}

std::optional<Result<Object>> Cache::GetNow(const ResourceInfo& kind, const ObjectKey& key) {
  Result<Informer*> informer = Readable(kind);
  if (!informer.ok()) return informer.status();
  if (*informer == nullptr) return std::nullopt;
  const Object* found = (*informer)->store().Find(key);
  if (found != nullptr) [[likely]]
    return *found;
  if (!Covers(**informer, key.ns.view())) {
    return Status(Code::kInvalidArgument,
                  "unable to get: " + key.ToString() + " because of unknown namespace for the cache");  // RT-233
  }
  return NotFoundError(ErrorSubject(kind.gvk, key.name.view()));  // RT-235: names the kind
}

std::optional<Result<ObjectList>> Cache::ListNow(const ResourceInfo& kind, const ListOptionsBuilder& options) {
  Result<Informer*> informer = Readable(kind);
  if (!informer.ok()) return informer.status();
  if (*informer == nullptr) return std::nullopt;
  const std::string_view ns = kind.namespaced ? options.ns().view() : std::string_view();
  if (!Covers(**informer, ns)) {
    return Status(Code::kInvalidArgument,
                  "unable to list: " + std::string(ns) + " because of unknown namespace for the cache");
  }
  if (!options.continue_token().empty()) {
    return Status(Code::kInvalidArgument, "the cache cannot continue a list");
  }
  Result<CacheSelection> selection = CacheSelection::Of((*informer)->store(), options);
  if (!selection.ok()) return selection.status();
  ObjectList list;
  const bool all = ns.empty() && selection->takes_all();
  list.items.reserve(all ? selection->bound() : std::min<size_t>(selection->bound(), 32));
  selection->ForEach(ns, [&list](const Object& object) { list.items.push_back(object); });
  const auto limit = static_cast<size_t>(options.page_size());
  if (options.one_page() && limit > 0 && list.items.size() > limit) {
    list.items.resize(limit);
    list.continue_token = "continue-not-supported";
  }
  return list;
}

Task<Status> Cache::Prepare(const ResourceInfo* kind) {
  Result<Informer*> made = InformerFor(*kind);
  if (!made.ok()) co_return made.status();
  for (;;) {
    if (stopped_) co_return Stopped();
    const Informer* informer = Lookup(*kind);
    if (informer == nullptr) co_return Status(Code::kCancelled, "the informer was removed from the cache");
    if (informer->synced()) co_return Status();
    co_await changed_.Wait();
  }
}

}  // namespace wavetank

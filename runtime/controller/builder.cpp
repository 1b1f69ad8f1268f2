#include "runtime/controller/builder.h"

#include <iterator>

namespace wavetank {
namespace {

Status Mistake(std::string_view message) { return Status(Code::kInvalidArgument, std::string(message)); }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

Builder& Builder::For(const Gvk& kind, std::vector<Predicate> predicates) {
  if (for_.has_value()) for_twice_ = true;
  for_ = kind;
  // First, whatever the order of the calls.
  watches_.insert(watches_.begin(), Watch{kind, std::move(predicates), EnqueueRequestForObject(), std::nullopt});
  return *this;
}

Builder& Builder::Owns(const Gvk& kind, OwnsMatch match, std::vector<Predicate> predicates) {
  watches_.push_back(Watch{kind, std::move(predicates), Handler(), match});
  return *this;
}

Builder& Builder::Watches(const Gvk& kind, Handler handler, std::vector<Predicate> predicates) {
  watches_.push_back(Watch{kind, std::move(predicates), std::move(handler), std::nullopt});
  return *this;
}

Builder& Builder::WatchesRawSource(std::unique_ptr<Source> source) {
  raw_sources_.push_back(std::move(source));
  return *this;
}

Builder& Builder::WithEventFilter(Predicate predicate) {
  filters_.push_back(std::move(predicate));
  return *this;
}

Builder& Builder::WithOptions(ControllerOptions options) {
  options_ = std::move(options);
  return *this;
}

Builder& Builder::Named(std::string name) {
  name_ = std::move(name);
  return *this;
}

Builder& Builder::WithLogger(Logger logger) {
  logger_ = std::move(logger);
  return *this;
}

Result<Controller*> Builder::Finish(std::unique_ptr<Reconciler> reconciler, Status injected) {
  Result<Controller*> made = injected.ok() ? Make(std::move(reconciler)) : Result<Controller*>(injected.Wrap("InjectClient"));
  if (!made.ok() && host_ != nullptr) host_->RememberSetupError(made.status().Wrap("controller \"" + Name() + "\""));
  return made;
}

Result<Controller*> Builder::Make(std::unique_ptr<Reconciler> reconciler) {
  WT_RETURN_IF_ERROR(Check(reconciler.get()));
  built_ = true;
  const Logger& logger = logger_.has_value() ? *logger_ : host_->logger();
  auto controller = std::make_unique<Controller>(&host_->environment(), logger, ControllerSpec(Name(), for_), Options(),
                                                 std::move(reconciler));
  for (Watch& watch : watches_) controller->Watch(MakeSource(std::move(watch)));
  for (auto& source : raw_sources_) controller->Watch(std::move(source));
  return host_->AddController(std::move(controller));
}

// RT-084, RT-080, RT-011.
Status Builder::Check(const Reconciler* reconciler) const {
  if (host_ == nullptr) return Mistake("must provide a manager that is not empty");
  if (reconciler == nullptr) return Mistake("must provide a reconciler that is not null");
  if (built_) return Mistake("Complete or Build was called twice on one builder");
  if (for_twice_) return Mistake("For(...) should only be called once, could not assign multiple objects for reconciliation");
  for (const Watch& watch : watches_) {
    if (watch.owned.has_value() && !for_.has_value()) {
      return Mistake("Owns() can only be used together with For()");
    }
    if (!watch.owned.has_value() && !watch.handler) {
      return Mistake("Watches() of " + watch.kind.group_kind() + " has no handler");
    }
  }
  for (const auto& source : raw_sources_) {
    if (source == nullptr) return Mistake("WatchesRawSource() was given no source");
  }
  if (watches_.empty() && raw_sources_.empty()) {
    return Mistake("there are no watches configured, controller will never get triggered. "
                   "Use For(), Owns(), Watches() or WatchesRawSource() to set them up");
  }
  if (name_.empty() && !for_.has_value()) {
    return Mistake("controllers without For() must be given a name with Named()");
  }
  if (!Options().skip_name_validation.value_or(false) && host_->HasController(Name())) {
    return Mistake("controller with name " + Name() +
                   " already exists. Controller names must be unique: metrics, logs and events bear them");
  }
  return Status();
}

std::string Builder::Name() const {
  if (!name_.empty()) return name_;
  return for_.has_value() ? Lower(for_->kind.view()) : std::string();
}

// The builder's word, then the manager's: for the kind, then for all (RT-060).
ControllerOptions Builder::Options() const {
  ControllerOptions options = options_;
  const ControllerDefaults& defaults = host_->controller_defaults();
  if (for_.has_value() && !options.max_concurrent_reconciles.has_value() && !defaults.group_kind_concurrency.empty()) {
    auto it = defaults.group_kind_concurrency.find(for_->group_kind());
    if (it != defaults.group_kind_concurrency.end()) options.max_concurrent_reconciles = it->second;
  }
  options.Merge(defaults.options);
  return options;
}

std::unique_ptr<Source> Builder::MakeSource(Watch watch) const {
  std::vector<Predicate> predicates = filters_;
  predicates.insert(predicates.end(), std::make_move_iterator(watch.predicates.begin()),
                    std::make_move_iterator(watch.predicates.end()));
  Handler handler = watch.owned.has_value() ? EnqueueRequestForOwner(*for_, OwnerNamespaced(), *watch.owned)
                                            : std::move(watch.handler);
  return std::make_unique<KindSource>(&host_->cache(), watch.kind, std::move(handler), std::move(predicates));
}

// A kind that is not known yet counts as namespaced.
bool Builder::OwnerNamespaced() const {
  Result<const ResourceInfo*> info = host_->client().ResourceFor(*for_);
  return !info.ok() || (*info)->namespaced;
}

}  // namespace wavetank

// ChannelSource: events that do not come from the API server (RT-093): a vendor's webhook, another controller.
//
//   auto wakeups = std::make_shared<Channel<Object>>(env.executor(), ChannelSource::kCapacity);
//   ControllerManagedBy(manager).For<Widget>()
//       .WatchesRawSource(std::make_unique<ChannelSource>(wakeups, EnqueueRequestForObject()));
//   ...
//   co_await wakeups->Send(object);        // waits while the channel is full
//
// The way for one controller to wake another (RT-077). Events are Generic. Bound: the channel's capacity.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/controller/source.h"
#include "runtime/exec/channel.h"

namespace wavetank {

class ChannelSource final : public Source {
 public:
  static constexpr size_t kCapacity = 1024;

  ChannelSource(std::shared_ptr<Channel<Object>> channel, Handler handler, std::vector<Predicate> predicates = {})
      : channel_(std::move(channel)), handler_(std::move(handler)), predicates_(std::move(predicates)) {}

  std::string Describe() const override { return "channel source"; }
  Task<Status> Start(SourceScope* scope) override {
    scope->tasks->Spawn(Pump(this, scope));
    co_return Status();
  }

 private:
  // Until the channel is closed; the controller destroys it when it stops.
  static Task<void> Pump(ChannelSource* self, SourceScope* scope) {
    for (;;) {
      std::optional<Object> object = co_await self->channel_->Receive();
      if (!object.has_value()) co_return;
      Dispatch(*scope, self->predicates_, self->handler_, ObjectEvent::Generic(std::move(*object)), "channel");
    }
  }

  std::shared_ptr<Channel<Object>> channel_;
  Handler handler_;
  std::vector<Predicate> predicates_;
};

}  // namespace wavetank

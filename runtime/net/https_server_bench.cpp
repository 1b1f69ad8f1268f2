// What a request costs over loopback and TLS: both ends and their event loop together, on one core.
#include <benchmark/benchmark.h>

#include "runtime/net/test_client_test_util.h"

namespace wavetank {
namespace {

void Request(benchmark::State& state) {
  TestServer test;
  const std::string body(static_cast<size_t>(state.range(0)), 'x');
  test.handler.answer = [&](HttpRequest, std::unique_ptr<HttpExchange> exchange) { exchange->Respond({.body = body}); };
  TestClient client(test.loop, test.server->address(), test.ca);
  client.Handshake();
  for (auto _ : state) {
    auto answer =
        client.Ask("GET /api/v1/namespaces/default/pods/web HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n");
    benchmark::DoNotOptimize(answer);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Request)->Arg(100)->Arg(4000)->Arg(1 << 20);

// Events of a watch, in pieces of 2 kB.
void StreamPieces(benchmark::State& state) {
  TestServer test;
  std::unique_ptr<HttpExchange> kept;
  test.handler.answer = [&](HttpRequest, std::unique_ptr<HttpExchange> exchange) { kept = std::move(exchange); };
  TestClient client(test.loop, test.server->address(), test.ca);
  client.Handshake();
  client.Send("GET /watch HTTP/1.1\r\nHost: x\r\n\r\n");
  test.loop.RunUntil([&] { return kept != nullptr; });
  kept->Begin({});
  for (auto _ : state) {
    for (int i = 0; i < 100; ++i) kept->Write(std::string(2000, 'x'));
    while (kept->unsent() > 0) client.ReadSome();
  }
  state.SetItemsProcessed(state.iterations() * 100);
  kept.reset();
}
BENCHMARK(StreamPieces);

void Connect(benchmark::State& state) {
  TestServer test;
  for (auto _ : state) {
    TestClient client(test.loop, test.server->address(), test.ca);
    client.Handshake();
    client.Close();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Connect);

void MakeIdentity(benchmark::State& state) {
  const Time now = Time::FromSeconds(1'700'000'000);
  for (auto _ : state) benchmark::DoNotOptimize(MakeServerIdentity({}, now));
}
BENCHMARK(MakeIdentity);

}  // namespace
}  // namespace wavetank

// PodRejecter: a kubelet that has no room for anything, for scenarios that need pods which fail at once.
//
// A second after a pod has come it is Failed with reason OutOfcpu, as a real kubelet's admission does it (ENV-062).
// Scenarios call it `pod-rejecter`, and switch the other kubelets off.
#pragma once

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

Task<Status> RunPodRejecter(Environment& environment);

}  // namespace wavetank::examples

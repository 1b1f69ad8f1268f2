#!/usr/bin/env bash
# A user's day with kubectl against `wavetank serve`: what they type, and what they read.
#
#   tools/interop/kubectl.sh [WAVETANK [KUBECTL]]     defaults: build/release/wavetank, the kubectl in $PATH
#   tools/interop/kubectl.sh -v ...                   shows every command and its answer
#
# Any kubectl from 1.27 on. Ends with `N passed, N failed`. Exit status: 0 all passed, 1 something failed, 77 skipped since
# there is no kubectl. Starts a server of its own on a free port of the loopback and ends it; touches nobody's kubeconfig.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

verbose=false
if [[ ${1:-} == -v ]]; then
  verbose=true
  shift
fi
wavetank=${1:-$root/build/release/wavetank}
kubectl=${2:-$(command -v kubectl || true)}

Skip() {
  echo "SKIPPED: $*"
  exit 77
}
[[ -x $wavetank ]] || { echo "kubectl.sh: there is no program $wavetank" >&2; exit 1; }
[[ -n $kubectl && -x $kubectl ]] || Skip "there is no kubectl; install one (1.27 or newer), or name it: tools/interop/kubectl.sh WAVETANK KUBECTL"
version=$("$kubectl" version --client 2>/dev/null | sed -n 's/^Client Version: v\([0-9]*\.[0-9]*\).*/\1/p')
[[ -n $version ]] || version=$("$kubectl" version --client --short 2>/dev/null | sed -n 's/^Client Version: v\([0-9]*\.[0-9]*\).*/\1/p')
[[ ${version%%.*} -eq 1 && ${version##*.} -ge 27 ]] || Skip "$kubectl is of version '$version', and 1.27 or newer is needed"

work=$(mktemp -d)
export HOME=$work KUBECACHEDIR=$work/cache
server=
End() {
  [[ -z $server ]] || kill -9 "$server" 2>/dev/null
  rm -rf "$work"
}
trap End EXIT

passed=0
failed=0
Judge() {  # Judge WHAT GOOD
  if $2; then
    passed=$((passed + 1))
    if $verbose; then echo "ok      $1"; fi
  else
    failed=$((failed + 1))
    echo "FAILED  $1"
    printf '%s\n' "$out" | head -n 25 | sed 's/^/        /'
    echo "        (exit status $status, wanted: $wanted)"
  fi
}
# Each runs kubectl with the arguments that follow the pattern (an extended regular expression; . is any character but a line's
# end), and looks at both outputs together.
Run() {
  out=$(timeout 60 "$kubectl" "$@" 2>&1 </dev/null)
  status=$?
  if $verbose; then
    echo "\$ kubectl $*"
    printf '%s\n' "$out" | head -n 12
  fi
}
Says() {
  wanted="status 0 and $1"
  local pattern=$1 good=false
  shift
  Run "$@"
  if [[ $status -eq 0 ]] && grep -qE -- "$pattern" <<<"$out"; then good=true; fi
  Judge "kubectl $*" $good
}
Refuses() {
  wanted="a failure and $1"
  local pattern=$1 good=false
  shift
  Run "$@"
  if [[ $status -ne 0 && $status -ne 124 ]] && grep -qE -- "$pattern" <<<"$out"; then good=true; fi
  Judge "kubectl $*" $good
}
# The same until it comes true, for what controllers need a moment for.
Soon() {
  wanted="soon status 0 and $1"
  local pattern=$1 good=false
  shift
  for ((try = 0; try < 100; ++try)); do
    Run "$@"
    if [[ $status -eq 0 ]] && grep -qE -- "$pattern" <<<"$out"; then
      good=true
      break
    fi
    sleep 0.1
  done
  Judge "kubectl $*" $good
}

cat >"$work/boats.yaml" <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.sea.example}
spec:
  group: sea.example
  scope: Namespaced
  names: {plural: boats, singular: boat, kind: Boat, listKind: BoatList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
YAML
cat >"$work/frontend.yaml" <<'YAML'
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: frontend
  labels: {app: guestbook, tier: frontend}
spec:
  replicas: 3
  selector:
    matchLabels: {tier: frontend}
  template:
    metadata:
      labels: {tier: frontend}
    spec:
      containers:
      - name: php-redis
        image: us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5
        ports: [{containerPort: 80}]
YAML
sed 's/replicas: 3/replicas: 2/; s/{app: guestbook, tier: frontend}/{app: guestbook, tier: frontend, size: small}/' "$work/frontend.yaml" >"$work/smaller.yaml"
cat >"$work/shop.yaml" <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {colour: blue, size: large}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80, targetPort: 8080}]
YAML
sed 's/name: frontend$/name: wrong/; s/matchLabels: {tier: frontend}/matchLabels: {tier: other}/' "$work/frontend.yaml" >"$work/wrong.yaml"
sed 's/name: frontend$/name: typo/; s/replicas: 3/replcas: 3/' "$work/frontend.yaml" >"$work/typo.yaml"

# --- The server ---
"$wavetank" serve --kubeconfig "$work/kubeconfig" >"$work/line" 2>"$work/log" &
server=$!
for ((try = 0; try < 200; ++try)); do
  [[ -s $work/line ]] && break
  sleep 0.05
done
eval "$(cat "$work/line")"
[[ -n ${KUBECONFIG:-} ]] || { echo "kubectl.sh: the server did not start" >&2; cat "$work/log" >&2; exit 1; }
echo "kubectl $version against $("$wavetank" version)"

# --- What is there ---
Says 'Server Version: (version.Info.*)?v1\.' version
Says 'Kubernetes control plane.* is running at .*https://127' cluster-info
Says '^deployments +deploy +apps/v1 +true +Deployment' api-resources
Says '^pods$' api-resources --namespaced=true -o name
Says '^apps/v1$' api-versions
Says '^ok$' get --raw /readyz
Says 'FIELDS' explain pods
Says 'matchLabels' explain replicaset.spec.selector
Says 'terminationGracePeriodSeconds' explain pod.spec --recursive
Says 'kube-system +Active' get namespaces
Soon 'node-3 +Ready' get nodes
Says 'Conditions:' describe node node-1
Says '^default ' get serviceaccounts

# --- Create ---
Says 'namespace/work created' create namespace work
Says 'configmap/settings created' create configmap settings --from-literal=colour=blue
Says 'secret/login created' create secret generic login --from-literal=user=me
Says 'serviceaccount/robot created' create serviceaccount robot
Says 'service/front created' create service clusterip front --tcp=80:8080
Says 'pod/lonely created' run lonely --image=nginx
Says 'replicaset.apps/frontend created' create -f "$work/frontend.yaml"
Says 'kind: Deployment' create deployment web --image=nginx --dry-run=client -o yaml
Says 'deployment.apps/web created \(server dry run\)' create deployment web --image=nginx --dry-run=server
Says 'deployment.apps/web created' create deployment web --image=nginx --replicas=2
Says 'job.batch/once created' create job once --image=busybox
Refuses 'AlreadyExists.*configmaps "settings" already exists|"settings" already exists' create configmap settings
Soon '^3$' get rs frontend -o 'jsonpath={.status.readyReplicas}'
Soon 'web.* 2/2' get deployment web

# --- Get ---
Says 'NAME +DESIRED +CURRENT +READY +AGE' get rs
Says 'frontend +3 +3 +3 .*php-redis.*tier=frontend' get rs frontend -o wide
Says 'lonely +1/1 +Running +0 .*node-' get pods -o wide
Says '"kind": "ReplicaSet"' get rs frontend -o json
Says '^kind: ReplicaSet' get rs frontend -o yaml
Says '^replicaset.apps/frontend$' get rs -o name
Says '^frontend 3$' get rs frontend -o 'jsonpath={.metadata.name} {.spec.replicas}'
Says '^php-redis$' get rs frontend -o 'go-template={{(index .spec.template.spec.containers 0).name}}'
Says '^frontend +3 *$' get rs frontend -o custom-columns=NAME:.metadata.name,WANTED:.spec.replicas
Says 'tier=frontend' get pods --show-labels
Says 'frontend-' get pods -l tier=frontend
Says 'No resources found' get pods -l tier=none
Says 'frontend-' get pods --field-selector=status.phase=Running
Says 'default +frontend-' get pods -A
Says 'replicaset.apps/frontend' get all
Says 'pod/lonely' get pods,configmaps
Says 'lonely' get pods --sort-by=.metadata.name
Says 'replicaset.apps/frontend' get -f "$work/frontend.yaml" -o name
Says '"items"' get --raw /api/v1/namespaces/default/pods
Says 'settings' get configmaps --chunk-size=1
Refuses 'NotFound.*pods "nobody" not found' get pod nobody
Refuses "the server doesn't have a resource type \"wheels\"" get wheels

# --- Watch ---
: >"$work/watch"  # there before the first look
timeout 60 "$kubectl" get configmaps -w --no-headers >"$work/watch" 2>&1 &
watcher=$!
for ((try = 0; try < 100; ++try)); do
  grep -q settings "$work/watch" && break
  sleep 0.1
done
Says 'configmap/late created' create configmap late --from-literal=a=b
Says 'configmap "?late"? deleted' delete configmap late
out= status=0 wanted="the watch shows it"
good=false
for ((try = 0; try < 100; ++try)); do
  if [[ $(grep -c '^late ' "$work/watch") -ge 2 ]]; then
    good=true
    break
  fi
  sleep 0.1
done
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
out=$(cat "$work/watch")
Judge "kubectl get configmaps -w" $good

# --- Describe ---
Says 'Replicas: +3 current / 3 desired' describe rs frontend
Says 'SuccessfulCreate' describe rs frontend
Says 'Node: +node-' describe pod lonely
Says 'colour' describe configmap settings
Says 'Type: +ClusterIP' describe service front
Says 'user: +2 bytes' describe secret login
Says 'Replicas: +2 desired' describe deployment web
Says 'Status: +Active' describe namespace work
Says 'SuccessfulCreate' get events

# --- Apply, on the client's side ---
Says 'configmap/shop created' apply -f "$work/shop.yaml"
Says 'service/shop unchanged' apply -f "$work/shop.yaml"
Says 'replicaset.apps/frontend configured' apply -f "$work/frontend.yaml"
Says 'replicaset.apps/frontend unchanged' apply -f "$work/frontend.yaml"
Says 'replicaset.apps/frontend configured \(server dry run\)' apply --dry-run=server -f "$work/smaller.yaml"
Says 'replicaset.apps/frontend configured' apply -f "$work/smaller.yaml"
Says '^small$' get rs frontend -o 'jsonpath={.metadata.labels.size}'
Says 'size: small' apply view-last-applied rs frontend
Soon '^2$' get rs frontend -o 'jsonpath={.status.replicas}'
Says 'replicaset.apps/frontend configured' apply -f "$work/frontend.yaml"
Says '^$' get rs frontend -o 'jsonpath={.metadata.labels.size}'
Says 'configmap/shop replaced' replace -f "$work/shop.yaml" --save-config=false
KUBE_EDITOR="sed -i s/blue/green/" Says 'configmap/settings edited' edit configmap settings
Says '^green$' get configmap settings -o 'jsonpath={.data.colour}'

# --- Patch, label, annotate ---
Says 'replicaset.apps/frontend patched' patch rs frontend --type=merge -p '{"spec":{"minReadySeconds":1}}'
Says 'replicaset.apps/frontend patched' patch rs frontend --type=json -p '[{"op":"replace","path":"/spec/minReadySeconds","value":0}]'
Says 'replicaset.apps/frontend patched' patch rs frontend -p '{"spec":{"template":{"spec":{"containers":[{"name":"sidecar","image":"busybox"}]}}}}'
Says 'sidecar' get rs frontend -o 'jsonpath={.spec.template.spec.containers[*].name}'
Says 'php-redis' get rs frontend -o 'jsonpath={.spec.template.spec.containers[*].name}'
Says 'no change' patch rs frontend -p '{"spec":{"minReadySeconds":0}}'
Refuses 'invalid|the server rejected|replicas' patch rs frontend --type=merge -p '{"spec":{"replicas":-1}}'
Refuses 'testing.*path|the server rejected our request|Invalid' patch rs frontend --type=json -p '[{"op":"test","path":"/spec/replicas","value":99}]'
Says 'pod/lonely labeled' label pod lonely team=a
Refuses "already has a value" label pod lonely team=b
Says 'pod/lonely labeled' label pod lonely team=b --overwrite
Says 'pod/lonely unlabeled' label pod lonely team-
Says 'pod/lonely annotated' annotate pod lonely note='hello world'
Says '^hello world$' get pod lonely -o 'jsonpath={.metadata.annotations.note}'
Says 'replicaset.apps/frontend image updated' set image rs/frontend sidecar=busybox:2
Says 'node/node-1 cordoned' cordon node-1
Says 'node-1 +Ready,SchedulingDisabled' get node node-1
Says 'node/node-1 uncordoned' uncordon node-1
Says 'service/frontend exposed' expose rs frontend --port=80

# --- Scale and wait ---
Says 'replicaset.apps/frontend scaled' scale rs frontend --replicas=5
Soon '^5$' get rs frontend -o 'jsonpath={.status.readyReplicas}'
Says 'condition met' wait --for=condition=Ready pod -l tier=frontend --timeout=30s
Says 'condition met' wait --for=jsonpath='{.status.readyReplicas}'=5 rs/frontend --timeout=30s
Refuses 'Expected replicas to be 9|expected replicas' scale rs frontend --current-replicas=9 --replicas=1
Says 'replicaset.apps/frontend scaled' scale --replicas=1 -f "$work/frontend.yaml"
Soon '^1$' get rs frontend -o 'jsonpath={.status.replicas}'
Says 'successfully rolled out' rollout status deployment/web --timeout=30s
Says 'deployment.apps/web image updated' set image deployment/web nginx=nginx:2
Says 'successfully rolled out' rollout status deployment/web --timeout=30s
Says '^2 ' rollout history deployment/web
Says 'deployment.apps/web scaled' scale deployment web --replicas=0
Soon '^0$|^$' get deployment web -o 'jsonpath={.status.replicas}'

# --- Clear errors ---
Refuses 'ReplicaSet "wrong" is invalid: spec.template.metadata.labels: Invalid value' create -f "$work/wrong.yaml"
Refuses 'unknown field "spec.replcas"' create -f "$work/typo.yaml"
Refuses 'field is immutable' patch rs frontend --type=merge -p '{"spec":{"selector":{"matchLabels":{"tier":"other"}},"template":{"metadata":{"labels":{"tier":"other"}}}}}'
Refuses 'namespaces "nowhere" not found' create configmap a -n nowhere
Refuses 'the object has been modified|Conflict' patch configmap settings --type=merge -p '{"metadata":{"resourceVersion":"1"},"data":{"a":"b"}}'
Refuses 'must be logged in|Unauthorized' get pods --token=wrong
Says '^yes$' auth can-i create pods
Says '^\*\.\* .*\[\*\]' auth can-i --list
[[ ${version##*.} -lt 28 ]] || Says 'Username +admin' auth whoami
Refuses 'simulated cluster' logs lonely
Refuses 'simulated cluster' exec lonely -- true
Refuses 'erver-side apply' apply --server-side -f "$work/shop.yaml"
Refuses 'Metrics API not available' top pods
Refuses 'rror' get pods --as=somebody

# --- What is not there yet says so ---
Refuses 'custom resources are not built yet' create -f "$work/boats.yaml"
Says 'Warning: Role has no effect here.*no RBAC' create role reader --verb=get --resource=pods
Says 'Warning: Job is stored, but wavetank serve comes with no controller' create job never --image=busybox
Says 'resourcequota/small created' create quota small --hard=count/secrets=1000,pods=1000
Soon 'pods +[0-9]+ +1k' describe quota small
Refuses 'Warning: this server has no RBAC' get pods --as=somebody
Refuses 'simulated cluster' port-forward lonely 8080:80

# --- Delete ---
Says 'service "?kubernetes"? deleted' delete service kubernetes
Says 'replicaset.apps "?frontend"? deleted' delete rs frontend --cascade=orphan
Says 'frontend-' get pods -l tier=frontend -o name
Says 'replicaset.apps/frontend created' create -f "$work/frontend.yaml"
Soon '^3$' get rs frontend -o 'jsonpath={.status.readyReplicas}'
Says 'replicaset.apps "?frontend"? deleted' delete rs frontend --cascade=foreground --timeout=30s
Says 'No resources found' get pods -l tier=frontend
Says 'deployment.apps "?web"? deleted' delete deployment web
Soon 'No resources found' get rs -l app=web
Says 'pod "?lonely"? (force )?deleted' delete pod lonely --grace-period=0 --force
# (a node, now that no pod of nobody's is on it)
Says 'drained' drain node-1 --ignore-daemonsets --force --timeout=30s
Says 'SchedulingDisabled' get node node-1
Says 'uncordoned' uncordon node-1
Says 'tainted' taint node node-1 out=true:NoSchedule
Says 'untainted' taint node node-1 out-
Says 'configmap "?shop"? deleted' delete -f "$work/shop.yaml"
Says 'configmap "?settings"? deleted' delete configmap -l '!nothing' --field-selector=metadata.name=settings
Refuses 'configmaps "settings" not found' delete configmap settings
Says '^$' delete configmap settings --ignore-not-found
Says 'configmap/a created' create configmap a -n work
Says 'namespace "?work"? deleted' delete namespace work --timeout=30s
Refuses 'namespaces "work" not found' get namespace work
# (the server makes its own service again)
Soon '10\.0\.0\.1' get service kubernetes

# --- The end ---
out=$(cat "$work/log") wanted="the server ends at SIGTERM with status 0"
kill -TERM "$server"
wait "$server"
status=$?
server=
good=false
[[ $status -ne 0 ]] || good=true
Judge "the server ends" $good

echo "$passed passed, $failed failed"
((failed == 0))

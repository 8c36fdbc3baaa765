//! Workload F: large documents of which little is read.

use policy_benches::random::Random;
use serde_json::{Value, json};

use policy_benches::clock::{Contender, Pace, Row, measure};
use policy_benches::ours::Ours;

const POLICY: &str = r#"module pods
type Container = { name: String, image: String }
type Pod = { metadata: { name: String }, spec: { containers: List<Container> } }
policy images on { kind: String, items: List<Pod> } {
  default allow
  deny foreign for pod in items, c in pod.spec.containers
    when not (c.image matches glob"registry.example.com/**")
}
"#;

fn pod(random: &mut Random, at: usize, foreign: bool) -> Value {
    let registry = if foreign && at == 7 { "docker.io" } else { "registry.example.com" };
    let env: Vec<Value> = (0..12)
        .map(|v| json!({ "name": format!("SETTING_{v}"), "value": format!("{:016x}", random.bits()) }))
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": format!("web-{at}"),
            "namespace": "default",
            "labels": { "app": "web", "pod-template-hash": format!("{:010x}", random.bits() >> 24) },
            "managedFields": [{ "manager": "kubelet", "operation": "Update", "fieldsV1": { "f:status": { "f:conditions": {} } } }],
        },
        "spec": {
            "containers": [{
                "name": "web",
                "image": format!("{registry}/team/web:1.{at}"),
                "env": env,
                "resources": { "limits": { "cpu": "500m", "memory": "256Mi" }, "requests": { "cpu": "100m", "memory": "128Mi" } },
            }],
            "nodeName": format!("node-{}", random.below(50)),
            "tolerations": [{ "effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300 }],
        },
        "status": { "phase": "Running", "podIP": format!("10.0.{}.{}", random.below(255), random.below(255)) },
    })
}

/// Measures it, compact or indented.
pub fn run(indented: bool, pace: Pace) -> Vec<Row> {
    let mut random = Random::new(31);
    let documents: Vec<String> = (0..8)
        .map(|document| {
            let items: Vec<Value> = (0..300).map(|at| pod(&mut random, at, document % 2 == 1)).collect();
            let list = json!({ "apiVersion": "v1", "kind": "List", "items": items });
            if indented { serde_json::to_string_pretty(&list).unwrap_or_default() } else { list.to_string() }
        })
        .collect();
    let ours = Ours::new(POLICY, "pods.images", &json!({}), None).expect("ours is ready");
    let mut contenders = vec![
        Contender::new("ours, from JSON", ours.json(&documents)),
        Contender::yardstick("serde_json::IgnoredAny", |case| {
            u64::from(serde_json::from_str::<serde::de::IgnoredAny>(&documents[case]).is_ok())
        }),
        Contender::yardstick("serde_json::Value alone", |case| {
            u64::from(serde_json::from_str::<Value>(&documents[case]).is_ok())
        }),
    ];
    let size = documents[0].len() / 1_000;
    let form = if indented { "indented" } else { "compact" };
    measure(&format!("F {size} kB {form}"), documents.len(), pace, &mut contenders)
}

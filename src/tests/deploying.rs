//! Tests for the files in `deploy/`: what they name exists, and their timeouts are consistent.

use crate::support::{
    TestEnv,
    certificates::CertificateAuthority,
    programs::{find_program, nginx, read_project_file, run},
};
use anyhow::{Context, Result, ensure};
use api_explorer::{
    server_functions::MAX_REQUEST_BYTES,
    settings::{ClientTimeouts, ENVIRONMENT_VARIABLES},
};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs, process::Command};

/// Time that a server may take to stop, in seconds, in addition to a call and the drain delay.
const STOP_SECONDS: u64 = 15;
/// Default of PostgreSQL's `max_connections`.
const MAX_CONNECTIONS: u64 = 100;

/// Parses the YAML documents of a file, with aliases resolved.
fn documents(path: &str) -> Result<Vec<Value>> {
    let text = read_project_file(path)?;
    let documents = serde_norway::Deserializer::from_str(&text);
    documents.map(|document| Ok(Value::deserialize(document)?)).collect()
}

/// Returns the value of a setting in a file, or its default. All settings must exist.
fn setting(settings: &BTreeMap<String, String>, name: &str) -> Result<u64> {
    for name in settings.keys() {
        ensure!(ENVIRONMENT_VARIABLES.iter().any(|(variable, ..)| variable == name), "there is no setting {name}");
    }
    let default = ENVIRONMENT_VARIABLES
        .iter()
        .find(|(variable, ..)| *variable == name)
        .map(|(_, default, _)| (*default).to_owned());
    let value = settings.get(name).cloned().or(default).with_context(|| format!("{name} is missing"))?;
    value.parse().with_context(|| format!("{name} is {value:?}"))
}

/// Returns the grace period in seconds that a server with these settings needs before it is killed.
fn grace_period_seconds(settings: &BTreeMap<String, String>) -> Result<u64> {
    Ok(setting(settings, "EXPLORER_TIMEOUT")? + setting(settings, "EXPLORER_DRAIN")? + STOP_SECONDS)
}

#[tokio::test]
async fn the_deployment_on_kubernetes_is_consistent() -> Result<()> {
    let documents = documents("deploy/kubernetes.yaml")?;
    let kinds: Vec<&str> = documents.iter().filter_map(|document| document["kind"].as_str()).collect();
    assert_eq!(kinds, ["Deployment", "Service", "PodDisruptionBudget"]);
    let [deployment, service, budget] = &*documents else { anyhow::bail!("{} documents", documents.len()) };
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    assert!(labels.is_object());
    for selector in [
        &deployment["spec"]["selector"]["matchLabels"],
        &service["spec"]["selector"],
        &budget["spec"]["selector"]["matchLabels"],
    ] {
        assert_eq!(selector, labels);
    }
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let mut settings = BTreeMap::new();
    for variable in container["env"].as_array().context("no env")? {
        let name = variable["name"].as_str().context("no name")?;
        let is_secret = ["DATABASE_URL", "EXPLORER_KEY"].contains(&name);
        assert_eq!(variable["valueFrom"]["secretKeyRef"]["name"].is_string(), is_secret, "{name}");
        settings.insert(name.to_owned(), variable["value"].as_str().unwrap_or_default().to_owned());
    }
    let seconds = pod["terminationGracePeriodSeconds"].as_u64().context("no period")?;
    assert!(setting(&settings, "EXPLORER_DRAIN")? > 0 && seconds >= grace_period_seconds(&settings)?, "{seconds}");
    let replicas = deployment["spec"]["replicas"].as_u64().context("no replicas")?;
    let surge = deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"].as_u64().context("no surge")?;
    assert!((replicas + surge) * setting(&settings, "EXPLORER_DATABASE_CONNECTIONS")? < MAX_CONNECTIONS);
    assert_eq!(service["spec"]["ports"][0]["targetPort"], container["ports"][0]["name"]);
    let port = container["ports"][0]["containerPort"].to_string();
    assert_eq!(settings["LEPTOS_SITE_ADDR"], format!("0.0.0.0:{port}"));
    let app = TestEnv::new().start_app().await?;
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        let path = container[probe]["httpGet"]["path"].as_str().context(probe)?;
        // The kubelet sends the pod's address as the host.
        let response = app.get(path).header("host", "10.0.0.7:3000").send().await?;
        assert_eq!(response.status, 200, "{probe}");
        assert_eq!(container[probe]["httpGet"]["port"], container["ports"][0]["name"]);
    }
    assert_eq!(
        (&pod["securityContext"]["runAsNonRoot"], &pod["securityContext"]["runAsUser"]),
        (&true.into(), &65532.into())
    );
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
    assert_eq!(container["securityContext"]["capabilities"]["drop"][0], "ALL");
    Ok(())
}

#[test]
fn the_services_of_compose_are_consistent() -> Result<()> {
    let documents = documents("deploy/compose.yaml")?;
    let services = &documents.first().context("empty")?["services"];
    for name in ["explorer-1", "explorer-2"] {
        let service = &services[name];
        let settings: BTreeMap<String, String> = serde_json::from_value(service["environment"].clone())?;
        let seconds =
            service["stop_grace_period"].as_str().and_then(|period| period.strip_suffix('s')).context(name)?;
        assert!(
            setting(&settings, "EXPLORER_DRAIN")? > 0 && seconds.parse::<u64>()? >= grace_period_seconds(&settings)?,
            "{seconds}"
        );
        let servers = services["caddy"]["environment"]["EXPLORER_SERVERS"].as_str().context("no servers")?;
        assert!(servers.split(' ').any(|server| server == format!("{name}:3000")), "{servers}");
    }
    Ok(())
}

/// Returns the number before a unit in a directive of a proxy's configuration.
fn directive(text: &str, name: &str, unit: &str) -> Result<u64> {
    let mut lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let value = lines.next().with_context(|| format!("{name} is missing"))?.trim_end_matches(';');
    value
        .strip_suffix(unit)
        .with_context(|| format!("{name} {value}"))?
        .parse()
        .with_context(|| format!("{name} {value}"))
}

#[test]
fn limits_and_timeouts_of_the_proxies_match_the_server() -> Result<()> {
    let timeout = setting(&BTreeMap::new(), "EXPLORER_TIMEOUT")?;
    let idle = ClientTimeouts::default().idle.as_secs();
    let nginx = read_project_file("deploy/nginx.conf")?;
    assert!(directive(&nginx, "client_max_body_size", "m")? * 1024 * 1024 > MAX_REQUEST_BYTES as u64);
    assert!(directive(&nginx, "proxy_read_timeout", "s")? > timeout + STOP_SECONDS);
    for line in ["proxy_set_header Host $http_host;", "proxy_set_header Connection close;", "proxy_buffering off;"] {
        assert!(nginx.lines().any(|found| found.trim() == line), "{line}");
    }
    let caddy = read_project_file("deploy/Caddyfile")?;
    assert!(directive(&caddy, "max_size", "MB")? * 1_000_000 > MAX_REQUEST_BYTES as u64);
    assert!(directive(&caddy, "response_header_timeout", "s")? > timeout + STOP_SECONDS);
    assert!(directive(&caddy, "keepalive", "s")? < idle);
    Ok(())
}

#[test]
fn nginx_accepts_its_configuration() -> Result<()> {
    let Some(program) = find_program("nginx")? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (certificate, key) = CertificateAuthority::new()?.issue_pem("explorer.example.com")?;
    let [certificate_file, key_file] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    fs::write(&certificate_file, certificate)?;
    fs::write(&key_file, key)?;
    let text = read_project_file("deploy/nginx.conf")?
        .replace("/etc/ssl/explorer.example.com.pem", &certificate_file.display().to_string())
        .replace("/etc/ssl/private/explorer.example.com.key", &key_file.display().to_string());
    let settings = nginx::write_config(folder.path(), &text)?;
    run(Command::new(program).arg("-t").arg("-c").arg(settings))
}

#[test]
fn caddy_accepts_its_configuration() -> Result<()> {
    let Some(program) = find_program("caddy")? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/Caddyfile");
    for servers in ["127.0.0.1:3001", "explorer-1:3000 explorer-2:3000"] {
        let mut command = Command::new(&program);
        command.args(["validate", "--adapter", "caddyfile", "--config", file]).env("HOME", folder.path());
        run(command.env("EXPLORER_HOST", "explorer.example.com").env("EXPLORER_SERVERS", servers))?;
    }
    Ok(())
}

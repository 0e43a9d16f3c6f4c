#!/usr/bin/env bash
# Makes a Docker engine answer on a Debian machine that may have none.
#
# Does nothing when `docker info` works.  Starts an installed engine that is not running.  Installs one from
# Debian's own archive otherwise, which is the only source that a machine behind a package mirror can count on.
set -euo pipefail

STATE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/seatrial/docker
LOG_FILE=$STATE_DIR/dockerd.log
WAIT_SECONDS=60

say() { echo "docker: $*" >&2; }
die() {
    say "$*"
    exit 1
}

engine_answers() { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; }

need_root() {
    [ "$(id -u)" -eq 0 ] || die "no engine answers, and $1 needs root; run this as root or start Docker yourself"
}

# Debian 12's own engine (20.10) cannot start privileged containers on kernels that withhold capabilities; the next
# release's engine can.  Its containerd and runc would pull in a newer libc, so those two stay Debian 12's.
install_engine() {
    [ -r /etc/os-release ] || die "cannot tell which system this is; install Docker and run this again"
    # shellcheck source=/dev/null
    . /etc/os-release
    [ "${ID:-}" = debian ] || die "only Debian is installed to automatically (this is ${ID:-unknown}); install Docker and run this again"

    export DEBIAN_FRONTEND=noninteractive
    if [ "${VERSION_CODENAME:-}" = bookworm ]; then
        add_next_release
        apt-get update -q >&2 || die "apt-get update failed; look at the lines above"
        apt-get install -yq --no-install-recommends \
            containerd/bookworm runc/bookworm docker.io/trixie docker-cli/trixie iptables >&2 ||
            die "apt-get could not install the engine; look at the lines above"
    else
        apt-get update -q >&2 || die "apt-get update failed; look at the lines above"
        apt-get install -yq --no-install-recommends docker.io docker-cli iptables >&2 ||
            die "apt-get could not install the engine; look at the lines above"
    fi
}

# The archive's address is read from the machine's own configuration: it may be a mirror.
add_next_release() {
    local uri
    # shellcheck disable=SC2016 # $(…) is apt's own format language
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Release: bookworm' | head -n 1)
    [ -n "$uri" ] || die "apt has no source for bookworm to learn the archive's address from"

    cat >/etc/apt/sources.list.d/seatrial-trixie.sources <<SOURCES
Types: deb
URIs: $uri
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
    # Below the installed release's 500: nothing comes from there unless asked for by name.
    cat >/etc/apt/preferences.d/seatrial-trixie <<'PREFERENCES'
Package: *
Pin: release n=trixie
Pin-Priority: 50
PREFERENCES
}

start_engine() {
    need_root "starting dockerd"
    if [ -d /run/systemd/system ]; then
        systemctl start docker || die "systemd could not start docker; see journalctl -u docker"
    elif ! pgrep -x dockerd >/dev/null; then
        # dockerd refuses to start while the file names any live process, and numbers are reused after a restart.
        rm -f /var/run/docker.pid
        mkdir -p "$STATE_DIR"
        # Its own session, no terminal: the engine outlives whoever ran this.
        setsid nohup dockerd >>"$LOG_FILE" 2>&1 </dev/null &
        started=$!
    fi
    wait_for_engine
}

wait_for_engine() {
    local deadline=$((SECONDS + WAIT_SECONDS))
    until engine_answers; do
        if [ -n "${started:-}" ] && ! kill -0 "$started" 2>/dev/null && ! pgrep -x dockerd >/dev/null; then
            tail -n 20 "$LOG_FILE" >&2 || true
            die "dockerd ended before it answered; its log is $LOG_FILE"
        fi
        if [ "$SECONDS" -ge "$deadline" ]; then
            [ -r "$LOG_FILE" ] && tail -n 20 "$LOG_FILE" >&2
            die "dockerd did not answer within ${WAIT_SECONDS}s; its log is $LOG_FILE"
        fi
        sleep 0.3
    done
}

started=
if engine_answers; then
    exit 0
fi
if [ -n "${DOCKER_HOST:-}" ]; then
    die "DOCKER_HOST is $DOCKER_HOST and no engine answers there; unset it or start that engine"
fi
if ! command -v dockerd >/dev/null; then
    need_root "installing one"
    say "no engine here, installing Debian's"
    install_engine
fi
say "starting the engine"
start_engine
say "engine $(docker version --format '{{.Server.Version}}') answers"

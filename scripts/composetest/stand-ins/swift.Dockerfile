# Stands in for the official Swift image: this machine's toolchain on Debian, with the packages that the official image has.
FROM debian:bookworm-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        binutils ca-certificates gcc git libc6-dev libcurl4-openssl-dev libedit-dev libncurses-dev libpython3-dev libsqlite3-dev \
        libstdc++-12-dev libxml2-dev pkg-config tzdata uuid-dev \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY . /
CMD ["swift", "repl"]

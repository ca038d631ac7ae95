# Stands in for the official RabbitMQ image: Debian's packages, with the official image's user, folders and ports.
FROM debian:bookworm-slim
RUN groupadd --gid 999 --system rabbitmq \
    && useradd --uid 999 --gid rabbitmq --system --home-dir /var/lib/rabbitmq rabbitmq \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server openssl \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/lib/rabbitmq/.erlang.cookie /var/lib/rabbitmq/mnesia \
    && install -d -o rabbitmq -g rabbitmq /etc/rabbitmq/conf.d /var/lib/rabbitmq /var/log/rabbitmq
COPY rabbitmq-entrypoint /usr/local/bin/docker-entrypoint.sh
ENV HOME=/var/lib/rabbitmq LANG=C.UTF-8 RABBITMQ_LOGS=-
VOLUME /var/lib/rabbitmq
EXPOSE 4369 5671 5672 25672
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["rabbitmq-server"]

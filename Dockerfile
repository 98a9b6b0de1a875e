# docker build -t newskeep .
# docker run -v newskeep:/home/newskeep/archive newskeep
#
# `--build-arg EXTRAS=cluster` brings what `newskeep worker` and `run --engine` need (deploy/cluster.yaml).
# Two stages, so that pip, its cache and compilers stay out of the image. Everything comes from the lock file with hashes.
FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /opt/newskeep
RUN python -m venv .venv
ARG EXTRAS=
COPY requirements*.lock ./
RUN .venv/bin/pip install --require-hashes -r requirements${EXTRAS:+-$EXTRAS}.lock
COPY . .
RUN .venv/bin/pip install --no-deps -e .

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="newskeep" \
      org.opencontainers.image.description="Follows news sites and keeps what they publish" \
      org.opencontainers.image.licenses="Apache-2.0"
# Time zones, for quiet hours and for pages that state none.
RUN apt-get update \
    && apt-get install --no-install-recommends -y tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home newskeep \
    && install -d -o newskeep -g newskeep /home/newskeep/archive
COPY --from=build /opt/newskeep /opt/newskeep
ENV PATH=/opt/newskeep/.venv/bin:$PATH \
    NEWSKEEP_HOME=/home/newskeep/archive \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /home/newskeep
VOLUME /home/newskeep/archive
EXPOSE 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8002/-/health', timeout=5)"]
ENTRYPOINT ["newskeep"]
CMD ["run"]

# The worker and the token service in one image:
#   epedicare worker     with LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET
#   epedicare serve      the same, and the web app
# Built by `make image`. Runs as user 10001 with a read-only root; only /data is written to.

ARG DEBIAN=docker.io/library/debian:bookworm-slim

# uv, for the build alone.
FROM $DEBIAN AS tools
# A company's certificates, when its registries are reached through a proxy of its own.
ARG CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
ENV SSL_CERT_FILE=$CA_BUNDLE PIP_CERT=$CA_BUNDLE NODE_EXTRA_CA_CERTS=$CA_BUNDLE
ENV UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1
ENV UV_PROJECT_ENVIRONMENT=/opt/epedicare/venv UV_COMPILE_BYTECODE=1
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && python3 -m venv /opt/uv
COPY deploy/uv.txt /build/
RUN /opt/uv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /build/uv.txt
ENV PATH=/opt/epedicare/venv/bin:/opt/uv/bin:$PATH
WORKDIR /build
COPY pyproject.toml uv.lock README.md hatch_build.py ./

# The Python environment without tests and linters, and the models.
FROM tools AS environment
RUN uv sync --locked --no-default-groups --no-install-project
COPY proto proto
COPY agent agent
COPY token_service token_service
COPY models models
RUN uv sync --locked --no-default-groups --no-editable
ENV EPEDICARE_MODELS=/opt/epedicare/models
RUN epedicare models fetch && epedicare models verify
# The packages' own tests and C headers, some 100 MB: nothing runs them here.
RUN find /opt/epedicare/venv/lib -type d '(' -name tests -o -name include ')' -prune -exec rm -r {} +
COPY deploy/healthcheck.py /opt/epedicare/

# The web app, with the Node of the lock; its types are made from the service.
FROM environment AS web
RUN UV_PROJECT_ENVIRONMENT=/opt/node uv sync --locked --only-group node
ENV PATH=$PATH:/opt/node/bin
COPY web/package.json web/package-lock.json web/
RUN npm --prefix web ci --no-audit --no-fund
COPY web web
RUN npm --prefix web run build

FROM $DEBIAN
# MediaPipe and OpenCV link to the four libraries. They compute on the CPU: the drivers behind the
# libraries (180 MB) are taken out again.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates python3 libegl1 libgles2 libgl1 libglib2.0-0 \
 && dpkg --purge --force-depends \
      libegl-mesa0 libglx-mesa0 libgl1-mesa-dri libgbm1 libllvm15 libz3-4 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && useradd --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin epedicare \
 && install -d -o epedicare -g epedicare -m 700 /data
COPY --from=environment /opt/epedicare /opt/epedicare
COPY --from=web /build/web/dist /opt/epedicare/web
ENV PATH=/opt/epedicare/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    EPEDICARE_DATA=/data \
    EPEDICARE_MODELS=/opt/epedicare/models \
    EPEDICARE_WEB=/opt/epedicare/web
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 5002
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python3", "/opt/epedicare/healthcheck.py"]
ENTRYPOINT ["epedicare"]
CMD ["--help"]

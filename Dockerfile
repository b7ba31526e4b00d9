FROM python:3.13-slim AS build
# "-otel" for an image that can send traces.
ARG EXTRA=
WORKDIR /build
COPY requirements-uv.txt requirements.txt requirements-otel.txt ./
RUN python -m venv tools \
 && tools/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.txt
RUN python -m venv --without-pip /opt/usher \
 && tools/bin/uv pip install --python /opt/usher/bin/python --compile-bytecode \
    --require-hashes -r requirements${EXTRA}.txt

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Usher" \
      org.opencontainers.image.description="Usher brings people into groups, from chat." \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --home-dir /data --no-create-home usher \
 && install --directory --owner=usher --group=usher --mode=700 /data
COPY --from=build /opt/usher /opt/usher
WORKDIR /app
COPY pyproject.toml ./
COPY bot bot
COPY core core
COPY migrations migrations
ENV PATH=/opt/usher/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    USHER_DATABASE_URL=sqlite+aiosqlite:////data/usher.db \
    USHER_HTTP_HOST=0.0.0.0
USER 10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "bot", "healthcheck"]
ENTRYPOINT ["python", "-m", "bot"]

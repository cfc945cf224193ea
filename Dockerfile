# 红小驿 Red Station Assistant. `docker build -t redstation .` leaves torch out; `--build-arg FULL=1` puts its CPU build in.
FROM python:3.11-slim-bookworm AS build
ARG FULL=0
ENV PIP_NO_CACHE_DIR=1
RUN python -m venv /app/venv && /app/venv/bin/python -m pip install --quiet --upgrade pip
WORKDIR /build
COPY requirements requirements
RUN sh requirements/install.sh /app/venv/bin/python build "$(if [ "$FULL" = 1 ]; then echo full; else echo light; fi)"
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY knowledge knowledge
COPY scheduler scheduler
RUN /app/venv/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin redstation \
    && install -d -o redstation -g redstation -m 700 /data
COPY --from=build /app/venv /app/venv
ENV PATH=/app/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    REDSTATION_DATA=/data \
    REDSTATION_HOST=0.0.0.0 \
    REDSTATION_PORT=8080
USER redstation
WORKDIR /data
VOLUME /data
EXPOSE 8080
# The first start builds the index; after that it is ready within seconds.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['REDSTATION_PORT']}/readyz\", timeout=4)"]
CMD ["redstation", "run"]

# The image of all programs: web, workers, beat and `manage.py`. How it is used: docs/deployment.md.
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
COPY requirements-production.txt /tmp/requirements-production.txt
RUN /opt/venv/bin/python -m pip install --quiet --require-hashes -r /tmp/requirements-production.txt
WORKDIR /app
COPY . .
# The settings ask for an address of a database and a key; nothing is asked of either here.
RUN HASHED_ASSETS=true DATABASE_URL=postgres:///none SECRET_KEY="$(head -c 48 /dev/urandom | base64)" \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0
RUN /opt/venv/bin/python -m compileall -q .

FROM python:3.11.14-slim-bookworm
# The font of printed invoices.
RUN apt-get update -qq \
    && apt-get install -qq --yes --no-install-recommends fonts-dejavu-core >/dev/null \
    && rm -rf /var/lib/apt/lists/*
# Folders of a volume that are there already keep their owner.
RUN groupadd --gid 10001 billing \
    && useradd --uid 10001 --gid billing --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin billing \
    && install -d -o billing -g billing -m 700 /app/.data /var/lib/billing
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 HASHED_ASSETS=true SANDBOX_BOOKS=/var/lib/billing/sandbox.sqlite3
USER billing
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["python", "deploy/probe.py"]
CMD ["gunicorn", "--config", "python:billing_site.gunicorn_conf", "billing_site.wsgi:application", \
     "--bind", "0.0.0.0:8000"]

# slatrack as an image: web by default, worker, beat and migrate by another command; see docker-compose.yml.

FROM node:22-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/base.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=slatrack.settings \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin slatrack \
    && install -d -o slatrack -g slatrack /data /data/media
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Static files belong to the image: every container serves the same ones, and none has to write any.
RUN --mount=type=bind,from=front,source=/app/node_modules,target=/app/node_modules \
    SECRET_KEY=only-for-this-step python manage.py collectstatic --noinput \
    && python -m compileall -q .
USER slatrack
VOLUME /data/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "python:slatrack.stack.gunicorn_config"]

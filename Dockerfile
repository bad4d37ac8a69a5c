# The service, the follower and the command line in one image: `casework` is its entry point.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/casework

COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt

COPY pyproject.toml README.md ./
COPY domain domain
COPY projections projections
COPY service service
RUN pip install --no-deps --no-build-isolation . \
    && useradd --system casework \
    && install --directory --owner=casework --mode=0700 /var/lib/casework

USER casework
EXPOSE 8000
ENTRYPOINT ["casework"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--without-projector"]

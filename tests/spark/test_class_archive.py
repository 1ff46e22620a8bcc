"""Which archive belongs to which jars, and which jars come before Spark's own."""

from pathlib import Path

from eddyline.spark import class_archive

OURS = Path("/cache/iceberg-spark-runtime-4.1_2.13-1.12.0.jar")


def test_what_spark_brings_itself_does_not_come_before_its_own():
    spark_s_own = [Path("/cache/slf4j-api-1.7.36.jar"), Path("/cache/jsr305-3.0.0.jar"), Path("/cache/snappy-java-1.1.10.5.jar")]
    assert class_archive.lacking([spark_s_own[0], OURS, *spark_s_own[1:]]) == [OURS]


def test_other_jars_have_another_archive():
    assert class_archive.place([OURS]) != class_archive.place([OURS, Path("/cache/bundle-2.0.jar")])


def test_another_java_has_another_archive(monkeypatch, tmp_path):
    before = class_archive.place([OURS])
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "modules").touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert class_archive.place([OURS]) != before


def test_without_an_archive_the_jvm_is_told_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert class_archive.java_options([OURS]) == ""
    class_archive.place([OURS]).parent.mkdir()
    class_archive.place([OURS]).touch()
    assert str(class_archive.place([OURS])) in class_archive.java_options([OURS])

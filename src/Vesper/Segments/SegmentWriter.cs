using System.Diagnostics;
using Vesper.Indexing.Vectors;
using Vesper.Payloads;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Segments;

/// <summary>One source of a new segment: which rows of it go in, as they are at an LSN.</summary>
/// <param name="Segment">Held by the caller until the build ends.</param>
/// <param name="At">Payloads are taken, and the dead left out, as of this LSN.</param>
/// <param name="KeepDead">Keep dead rows too, so that ordinals, and with them a graph, stay as they are. Only for the
/// first source.</param>
internal sealed record SegmentSource(Segment Segment, Lsn At, bool KeepDead)
{
    /// <summary>Where each source row went, or −1 where it was left out; filled by the build.</summary>
    public int[] Map { get; } = [.. Enumerable.Repeat(-1, Segment.Count)];
}

/// <summary>How a segment is built.</summary>
internal sealed record SegmentBuild
{
    public required IReadOnlyList<SegmentSource> Sources { get; init; }

    public required string FileName { get; init; }

    /// <summary>
    /// Index everything now. Otherwise only a graph that a source brings is kept, as far as it reaches.
    /// </summary>
    public bool BuildIndexes { get; init; }

    /// <summary>Threads for building indexes.</summary>
    public int Threads { get; init; } = 1;

    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>
/// Writes an immutable segment file out of the rows of other segments: sealing and merging are the same act.
/// </summary>
/// <remarks>The first source's graph is extended rather than built anew when its ordinals stay the same.</remarks>
internal sealed class SegmentWriter(IFileSystem files, string directory, SegmentContext context)
{
    /// <summary>
    /// Builds and syncs the file (not the directory). Cost: all bytes once, and a graph insert per new row.
    /// </summary>
    public FileReceipt Write(SegmentBuild build, CancellationToken cancellation)
    {
        Debug.Assert(
            build.Sources.Skip(1).All(source => !source.KeepDead), "only the first source may keep its ordinals");
        var path = Path.Combine(directory, build.FileName);
        var scope = new MemoryScope("segment writer", context.Scope);
        using var file = SectionFileWriter.Create(files, path, FileKind.Segment, SegmentSections.Version);
        var ids = SelectRows(build.Sources);
        IdColumnReader.Write(file, ids);
        WritePayloads(file, build.Sources, cancellation);
        var fields = new List<SegmentFieldMeta>();
        for (var field = 0; field < context.Schema.Fields.Count; field++)
        {
            using var store = CopyVectors(build.Sources, field, scope, cancellation);
            file.Begin(SegmentSections.Vectors(field));
            store.Write(file, ids.Count);
            file.End();
            fields.Add(new FieldIndexWriter(build, context.Schema.Fields[field], store, scope)
                .Write(file, field, cancellation));
        }

        var meta = new SegmentMeta
        {
            Id = Guid.NewGuid(),
            Rows = ids.Count,
            Fields = fields,
            PayloadIndexes = context.Schema.PayloadIndexes,
        };
        file.Begin(SegmentSections.Meta);
        file.Write(meta.ToJson());
        file.End();
        return file.Finish();
    }

    private static List<PointId> SelectRows(IReadOnlyList<SegmentSource> sources)
    {
        var ids = new List<PointId>();
        foreach (var source in sources)
        {
            for (var row = 0; row < source.Map.Length; row++)
            {
                var keep = source.KeepDead || source.Segment.IsAlive(new Ordinal(row), source.At);
                source.Map[row] = keep ? ids.Count : -1;
                if (keep)
                {
                    ids.Add(source.Segment.Ids[new Ordinal(row)]);
                }
            }
        }

        return ids;
    }

    private void WritePayloads(
        SectionFileWriter file, IReadOnlyList<SegmentSource> sources, CancellationToken cancellation)
    {
        var indexes = context.Schema.PayloadIndexes
            .Select(index => new PayloadIndexWriter(index.Path, index.Type))
            .ToArray();
        using (var payloads = new PayloadColumnBuilder(file))
        {
            foreach (var (source, row, target) in KeptRows(sources, cancellation))
            {
                var text = source.Segment.PayloadAt(row, source.At);
                payloads.Append(text);
                foreach (var index in indexes)
                {
                    index.Add(target, text);
                }
            }

            payloads.Finish();
        }

        for (var index = 0; index < indexes.Length; index++)
        {
            indexes[index].Write(file, SegmentSections.PayloadIndex(index));
        }
    }

    private FloatVectorStore CopyVectors(
        IReadOnlyList<SegmentSource> sources, int field, MemoryScope scope, CancellationToken cancellation)
    {
        var options = context.Schema.Fields[field].Options;
        var store = new FloatVectorStore(options.Metric, options.Dimensions, scope);
        try
        {
            var vector = new float[options.Dimensions];
            foreach (var (source, row, _) in KeptRows(sources, cancellation))
            {
                source.Segment.Vectors(field).Read(row, vector);
                store.Append(vector);
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static IEnumerable<(SegmentSource Source, Ordinal Row, Ordinal Target)> KeptRows(
        IReadOnlyList<SegmentSource> sources, CancellationToken cancellation)
    {
        foreach (var source in sources)
        {
            for (var row = 0; row < source.Map.Length; row++)
            {
                if ((row & 1023) == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                if (source.Map[row] >= 0)
                {
                    yield return (source, new Ordinal(row), new Ordinal(source.Map[row]));
                }
            }
        }
    }
}

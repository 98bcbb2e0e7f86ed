using System.Diagnostics;
using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Indexing.Graph.Building;
using Vesper.Indexing.Ivf;
using Vesper.Indexing.Ivf.Format;
using Vesper.Indexing.Vectors;
using Vesper.Numerics.Execution;
using Vesper.Storage.Formats;

namespace Vesper.Segments;

/// <summary>Builds the index of one vector field of a segment and writes its section.</summary>
internal sealed class FieldIndexWriter(
    SegmentBuild build, VectorField field, FloatVectorStore store, MemoryScope scope)
{
    private const int InsertChunkRows = 1024;

    /// <summary>Writes what the field wants, if it can be had now, and says what that is.</summary>
    /// <param name="file">Between two sections.</param>
    /// <param name="number">The field's number.</param>
    public SegmentFieldMeta Write(SectionFileWriter file, int number, CancellationToken cancellation)
    {
        var meta = new SegmentFieldMeta(field.Name, field.Options.Dimensions, field.Options.Metric, 0, []);
        return field.IndexFor(store.Count) switch
        {
            IndexKind.Hnsw => WriteGraph(file, number, meta, cancellation),
            IndexKind.Ivf when build.BuildIndexes => WriteInverted(file, number, meta, cancellation),
            _ => meta,
        };
    }

    private SegmentFieldMeta WriteInverted(
        SectionFileWriter file, int number, SegmentFieldMeta meta, CancellationToken cancellation)
    {
        var work = new IvfWork(new ThreadExecutor(build.Threads), scope, cancellation) { Progress = build.Progress };
        using var index = IvfBuilder.Build(store, field.Options, work);
        var calibration = IndexCalibration.Measure(index, store, field.Options, cancellation);
        file.Begin(SegmentSections.Inverted(number));
        IvfWriter.Write(file, index);
        file.End();
        return meta with { InvertedRows = index.Count, Calibration = calibration };
    }

    private SegmentFieldMeta WriteGraph(
        SectionFileWriter file, int number, SegmentFieldMeta meta, CancellationToken cancellation)
    {
        var inherited = InheritedGraph(build.Sources[0], number);
        if (inherited is null && !build.BuildIndexes)
        {
            return meta;
        }

        using var graph = inherited is null
            ? new HnswGraph(field.Options.Index, store, scope)
            : HnswGraph.Extend(inherited, store, scope);
        if (build.BuildIndexes)
        {
            InsertAll(graph, cancellation);
        }

        var calibration = build.BuildIndexes
            ? IndexCalibration.Measure(graph, store, field.Options, cancellation)
            : [];
        file.Begin(SegmentSections.Graph(number));
        graph.Write(file);
        file.End();
        return meta with { GraphRows = graph.Count, Calibration = calibration };
    }

    /// <summary>The first source's graph, when its nodes keep their ordinals.</summary>
    private static HnswGraph? InheritedGraph(SegmentSource first, int field)
    {
        var graph = first.Segment.Index(field) as HnswGraph;
        return graph is { Count: > 0 }
            && first.Map.Take(graph.Count).Select((target, row) => target == row).All(same => same)
            ? graph
            : null;
    }

    private void InsertAll(HnswGraph graph, CancellationToken cancellation)
    {
        for (var from = graph.Count; from < store.Count; from += InsertChunkRows)
        {
            var to = Math.Min(store.Count, from + InsertChunkRows);
            ParallelInsertion.Run(graph, from, to, build.Threads, cancellation);
            build.Progress?.Report(new WorkProgress("indexing", to, store.Count));
        }

        Debug.Assert(graph.Count == store.Count, "every row is in");
    }
}

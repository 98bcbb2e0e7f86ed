using System.Numerics.Tensors;
using System.Security.Cryptography;
using Vesper.Cli.Files;

namespace Vesper.Bench.Datasets;

/// <summary>
/// Turns the files of a data set into what every driver reads, once: float32, cut to the limit, unit length under
/// cosine, with the exact nearest of each query. What is prepared is found again by its content.
/// </summary>
internal sealed class DatasetPreparation(BenchOptions options, Action<string> say)
{
    private const int BlockBytes = 4 << 20;

    /// <summary>Prepares, or finds what was prepared.</summary>
    /// <exception cref="DatasetException">The files do not go together, or cannot be searched for.</exception>
    /// <exception cref="VesperException">A file is missing, foreign or damaged.</exception>
    public Dataset Prepare(SourceFiles files, CancellationToken cancellation)
    {
        int rows, queries, dimensions;
        bool whole;
        using (var vectors = RowFile.OpenVectors(files.Base))
        using (var asked = RowFile.OpenVectors(files.Queries))
        {
            if (vectors.Count == 0 || asked.Count == 0 || vectors.Dimensions != asked.Dimensions)
            {
                throw new DatasetException(
                    $"{files.Base} has {vectors.Count} rows of {vectors.Dimensions} dimensions, {files.Queries} "
                    + $"{asked.Count} of {asked.Dimensions}");
            }

            dimensions = vectors.Dimensions;
            rows = (int)Math.Min(vectors.Count, options.Limit ?? Array.MaxLength);
            queries = (int)Math.Min(asked.Count, options.Queries);
            whole = rows == vectors.Count;
        }

        var key = KeyOf(files, rows);
        var folder = Path.Combine(options.Cache, "datasets", $"{files.Name}-{key}");
        Directory.CreateDirectory(folder);
        var basePath = Path.Combine(folder, "base.fbin");
        var queryPath = Path.Combine(folder, "query.fbin");
        Convert(files.Base, basePath, rows, files.Metric);
        Convert(files.Queries, queryPath, int.MaxValue, files.Metric);
        var read = ReadQueries(queryPath, queries, files.Metric);
        return new Dataset
        {
            Name = files.Name,
            Key = key,
            Metric = files.Metric,
            Rows = rows,
            Dimensions = dimensions,
            QueryCount = queries,
            BasePath = basePath,
            QueryPath = queryPath,
            Queries = read,
            Truth = whole && files.Truth is not null
                ? Truths.Read(files.Truth, queries, Dataset.TruthWidth, rows)
                : FindTruth(folder, files, [.. read.Chunk(dimensions)], rows, cancellation),
        };
    }

    private static string KeyOf(SourceFiles files, int rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"1 {rows} {files.Metric}"));
        foreach (var path in new[] { files.Base, files.Queries })
        {
            using var stream = InputFile.OpenStream(path);
            hash.AppendData(SHA256.HashData(stream));
        }

        return System.Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static void Convert(string from, string to, int mostRows, Metric metric)
    {
        if (IsWhole(to))
        {
            return;
        }

        using var source = RowFile.OpenVectors(from);
        var rows = (int)Math.Min(source.Count, mostRows);
        using var target = new FbinWriter(to, rows, source.Dimensions);
        var block = new float[Math.Max(1, BlockBytes / 4 / source.Dimensions) * source.Dimensions];
        for (var done = 0; done < rows;)
        {
            var wanted = Math.Min(block.Length / source.Dimensions, rows - done);
            var span = block.AsSpan(0, wanted * source.Dimensions);
            source.Read(span);
            for (var row = 0; row < wanted; row++, done++)
            {
                Finish(span.Slice(row * source.Dimensions, source.Dimensions), metric, from, done);
            }

            target.Write(span);
        }

        target.Complete();
    }

    /// <summary>Whether it was prepared and nothing has happened to it since.</summary>
    private static bool IsWhole(string path)
    {
        try
        {
            using var file = RowFile.OpenVectors(path);
            return true;
        }
        catch (VesperException)
        {
            return false;
        }
    }

    private static void Finish(Span<float> row, Metric metric, string file, int number)
    {
        var norm = TensorPrimitives.Norm<float>(row);
        if (!float.IsFinite(norm))
        {
            throw new DatasetException($"row {number} of {file} is not finite");
        }

        if (metric == Metric.Cosine && norm > 0)
        {
            TensorPrimitives.Divide(row, norm, row);
        }
    }

    private static float[] ReadQueries(string path, int count, Metric metric)
    {
        using var file = RowFile.OpenVectors(path);
        var queries = new float[count * file.Dimensions];
        file.Read(queries.AsSpan());
        for (var query = 0; metric == Metric.Cosine && query < count; query++)
        {
            if (!queries.AsSpan(query * file.Dimensions, file.Dimensions).ContainsAnyExcept(0f))
            {
                throw new DatasetException($"query {query} is zero, which has no direction under cosine");
            }
        }

        return queries;
    }

    private int[] FindTruth(
        string folder, SourceFiles files, IReadOnlyList<float[]> queries, int rows, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, $"truth-{queries.Count}.ibin");
        if (File.Exists(path))
        {
            try
            {
                return Truths.Read(path, queries.Count, Dataset.TruthWidth, rows);
            }
            catch (Exception error) when (error is VesperException or DatasetException)
            {
                say($"{files.Name}: the kept ground truth is damaged and is made again: {error.Message}");
            }
        }

        say($"{files.Name}: finding the {Dataset.TruthWidth} nearest of {queries.Count} queries among {rows} rows");
        var truth = ExactNearest.Find(
            Path.Combine(folder, "base.fbin"), files.Metric, queries, Dataset.TruthWidth, null, cancellation);
        Truths.Write(path, truth, Dataset.TruthWidth);
        return truth;
    }
}

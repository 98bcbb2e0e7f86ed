using System.Runtime.InteropServices;
using Vesper.Indexing;
using Vesper.Indexing.Ivf;
using Vesper.Indexing.Ivf.Exchange;
using Vesper.Indexing.Ivf.Lists;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Quantization;
using Vesper.Segments;
using Vesper.Storage.Files;

namespace Vesper;

/// <summary>
/// An IVF-PQ index that lives in an exchange file (docs/formats/ivfpq.md): product codes of residuals under squared L2,
/// with 64-bit ids of its own and without the vectors. It is loaded whole, searched by its codes alone, changed and
/// saved.
/// </summary>
/// <remarks>
/// Thread-safe: searches run beside additions and removals; these and saving take turns. A collection is the place for
/// vectors; this class exchanges what another program has made, or is to read.
/// </remarks>
public sealed class IvfPqFile : IDisposable
{
    private readonly Lock _changing = new();
    private readonly MemoryScope _scope = new("exchange file");
    private readonly IvfIndex _index;
    private readonly VectorFieldOptions _field;
    private readonly ProductQuantizer _product;
    private readonly OpqRotation? _rotation;
    private readonly Dictionary<ulong, int> _rows = [];
    private ulong[] _ids = [];

    private IvfPqFile(IvfPqFileModel model)
    {
        var shape = model.Shape;
        _field = new VectorFieldOptions(shape.Dimensions, Metric.L2);
        _product = new ProductQuantizer(
            new ProductCodebooks(shape.Dimensions, shape.Parts, shape.Bits, model.Codebooks));
        _rotation = model.Rotation is null ? null : new OpqRotation(shape.Dimensions, model.Rotation);
        IQuantizer quantizer = _rotation is null ? _product : new RotatedQuantizer(_rotation, _product);
        var centroids = new RowMatrix<float>(shape.Dimensions, _scope);
        for (var list = 0; list < shape.Lists; list++)
        {
            centroids.Append(model.Centroids.AsSpan(list * shape.Dimensions, shape.Dimensions));
        }

        var trained = new IvfModel(
            Metric.L2, centroids, quantizer, () => new BruteAssigner(centroids, shape.Dimensions, _scope));
        _index = new IvfIndex(trained, new IvfOptions(), _scope);
        Metadata = model.Metadata;
        BuildSeconds = model.BuildSeconds;
    }

    /// <summary>Elements of a vector.</summary>
    public int Dimensions => _product.Dimensions;

    /// <summary>Lists (nlist).</summary>
    public int Lists => _index.Lists.Count;

    /// <summary>Parts of the product quantizer (m).</summary>
    public int Parts => _product.Codebooks.Parts;

    /// <summary>Bits of each part's code, 4 to 8.</summary>
    public int Bits => _product.Codebooks.Bits;

    /// <summary>Whether residuals are rotated before they are coded.</summary>
    public bool HasRotation => _rotation is not null;

    /// <summary>Vectors.</summary>
    public int Count
    {
        get
        {
            lock (_changing)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>A JSON text about the index, at most 65,536 bytes, or null. Checked when it is saved.</summary>
    public string? Metadata { get; set; }

    /// <summary>When the index was built, in seconds since 1970; kept by saving.</summary>
    public ulong BuildSeconds { get; set; }

    /// <summary>Loads a file, version 1.0 or 1.1, and checks all of it.</summary>
    /// <exception cref="CorruptDataException">It breaks a rule of the format; file, section and offset are
    /// named.</exception>
    /// <exception cref="FormatVersionException">It is too new, or uses what this build has not.</exception>
    /// <exception cref="SchemaException">Its codes have fewer than 4 bits, or its metadata was refused.</exception>
    public static IvfPqFile Load(
        string path, IvfPqFileOptions? options = null, CancellationToken cancellation = default)
    {
        using var reader = IvfPqFileReader.Open(FileSystems.Current, path, options, cancellation);
        if (reader.Model.Shape.Bits < ProductCodebooks.BitsMin)
        {
            throw new SchemaException(
                "nbits", $"must be {ProductCodebooks.BitsMin} to {ProductCodebooks.BitsMax} to be searched here");
        }

        var file = Make(reader.Model, path);
        try
        {
            for (var list = 0; list < reader.Model.Shape.Lists; list++)
            {
                cancellation.ThrowIfCancellationRequested();
                file.Take(list, reader.ReadList(list));
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The nearest vectors by their codes: squared L2 distances, nearest first.</summary>
    /// <param name="query">Finite, of the right number of dimensions.</param>
    /// <param name="k">Results wanted, ≥ 1; fewer where there are fewer.</param>
    /// <param name="probes">Lists to look into (nprobe), ≥ 1; all when more.</param>
    /// <exception cref="ArgumentOutOfRangeException">k or probes is not positive.</exception>
    /// <exception cref="SchemaException">The query has other dimensions or is not finite.</exception>
    public IReadOnlyList<(ulong Id, float Distance)> Search(
        ReadOnlyMemory<float> query, int k, int probes = 8, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probes);
        VectorRules.Check("query", query.Span, _field);
        var nearest = new TopK(Math.Min(k, Math.Max(1, _index.Count)));
        _index.SearchCodes(new IndexSearch(probes, null) { Vector = query }, nearest, cancellation);

        // Read after the search: ids of all rows that it saw are in.
        var ids = Volatile.Read(ref _ids);
        var found = nearest.Sorted();
        var results = new (ulong Id, float Distance)[found.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = (ids[found[i].Ordinal.Value], found[i].Distance);
        }

        return results;
    }

    /// <summary>Codes a vector and puts it into the list of its nearest centroid.</summary>
    /// <exception cref="ArgumentException">The id is there already.</exception>
    /// <exception cref="SchemaException">The vector has other dimensions or is not finite.</exception>
    public void Add(ulong id, ReadOnlySpan<float> vector)
    {
        VectorRules.Check("vector", vector, _field);
        lock (_changing)
        {
            if (_rows.ContainsKey(id))
            {
                throw new ArgumentException($"Id {id} is there already.", nameof(id));
            }

            using var rows = new RowMatrix<float>(Dimensions, _scope);
            rows.Append(vector);
            Note(id);
            _index.Add(rows, Numerics.Execution.SerialExecutor.Instance, CancellationToken.None);
        }
    }

    /// <summary>Takes a vector out; false when it is not there.</summary>
    public bool Remove(ulong id)
    {
        lock (_changing)
        {
            return _rows.Remove(id, out var row) && _index.Remove(new Ordinal(row));
        }
    }

    /// <summary>Writes the vector that an id's code stands for; false when it is not there.</summary>
    /// <param name="id">The vector.</param>
    /// <param name="into">As many floats as there are dimensions.</param>
    public bool TryReconstruct(ulong id, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, Dimensions, nameof(into));
        lock (_changing)
        {
            return _rows.TryGetValue(id, out var row) && _index.TryReconstruct(new Ordinal(row), into);
        }
    }

    /// <summary>
    /// Writes the index to a file: into a temporary one beside it first, so that what was there stays whole until then.
    /// </summary>
    /// <exception cref="SchemaException">The metadata breaks a limit, or was refused: nothing was written.</exception>
    /// <exception cref="StorageException">The file could not be written.</exception>
    public void Save(string path, IvfPqFileOptions? options = null, CancellationToken cancellation = default)
    {
        lock (_changing)
        {
            using var writer = IvfPqFileWriter.Create(FileSystems.Current, path, Model(), _rows.Count, options);
            for (var list = 0; list < Lists; list++)
            {
                cancellation.ThrowIfCancellationRequested();
                var (ids, codes) = Entries(list);
                writer.WriteList(CollectionsMarshal.AsSpan(ids), CollectionsMarshal.AsSpan(codes));
            }

            writer.Finish(cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _index.Dispose();

    private static IvfPqFile Make(IvfPqFileModel model, string path)
    {
        try
        {
            return new IvfPqFile(model);
        }
        catch (ArgumentException refused)
        {
            throw new CorruptDataException(path, 0, "an orthonormal rotation", refused.Message);
        }
    }

    /// <summary>Gives an id the next row.</summary>
    private void Note(ulong id)
    {
        var row = _index.Count;
        if (row >= _ids.Length)
        {
            var longer = new ulong[Math.Max(1_024, 2 * row)];
            _ids.CopyTo(longer, 0);
            Volatile.Write(ref _ids, longer);
        }

        _ids[row] = id;
        _rows.Add(id, row);
    }

    private void Take(int list, IvfPqList content)
    {
        Span<byte> code = stackalloc byte[_product.CodeBytes];
        for (var i = 0; i < content.Ids.Length; i++)
        {
            Note(content.Ids[i]);
            _product.Pack(content.Codes.AsSpan(i * Parts, Parts), code);
            _index.Take(list, code);
        }
    }

    private IvfPqFileModel Model()
    {
        var centroids = new float[Lists * Dimensions];
        for (var list = 0; list < Lists; list++)
        {
            _index.Model.Centroids.Row(list).CopyTo(centroids.AsSpan(list * Dimensions));
        }

        return new IvfPqFileModel
        {
            Shape = new IvfPqShape(Dimensions, Lists, Parts, Bits),
            Centroids = centroids,
            Codebooks = _product.Codebooks.Centroids.ToArray(),
            Rotation = _rotation?.Matrix.ToArray(),
            Metadata = Metadata,
            BuildSeconds = BuildSeconds,
        };
    }

    private (List<ulong> Ids, List<byte> Codes) Entries(int list)
    {
        var (ids, codes) = (new List<ulong>(), new List<byte>());
        var (code, apart) = (new byte[_product.CodeBytes], new byte[Parts]);
        var layout = _index.Model.Quantizer.Blocks;
        foreach (var piece in _index.Lists.PiecesOf(list))
        {
            for (var i = 0; i < piece.Ordinals.Length; i++)
            {
                if (piece.Ordinals[i] == ListPiece.Removed)
                {
                    continue;
                }

                piece.Read(i, layout, code);
                _product.Unpack(code, apart);
                ids.Add(_ids[piece.Ordinals[i]]);
                codes.AddRange(apart);
            }
        }

        return (ids, codes);
    }
}

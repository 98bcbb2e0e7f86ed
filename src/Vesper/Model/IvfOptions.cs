namespace Vesper;

/// <summary>
/// How an inverted file keeps its rows. The numbers are stored in files (docs/formats/ids.md).
/// </summary>
public enum IvfEncoding : byte
{
    /// <summary>The residuals as they are, float32: dimensions × 4 bytes a row.</summary>
    Flat = 1,

    /// <summary>Half precision: dimensions × 2 bytes a row.</summary>
    Float16 = 2,

    /// <summary>Scalar quantization to 8 or 4 bits a dimension.</summary>
    Scalar = 3,

    /// <summary>
    /// Product quantization: a codeword of 4 to 8 bits for each part of the vector. 4 bits are scanned in registers
    /// (FastScan).
    /// </summary>
    Product = 4,

    /// <summary>RaBitQ: 1 to 8 bits a dimension after a random rotation, with a bound of its error.</summary>
    RaBitQ = 5,
}

/// <summary>Options of an inverted file (IVF). Stored with the data.</summary>
public sealed record IvfOptions
{
    /// <summary>
    /// Lists that rows are parted into (nlist), 1 to 1,048,576; 0 for about four times the root of the rows.
    /// </summary>
    public int Lists { get; init; }

    /// <summary>How rows are kept in the lists.</summary>
    public IvfEncoding Encoding { get; init; } = IvfEncoding.Product;

    /// <summary>
    /// Parts of a product quantizer (m); must divide the dimensions. 0 for the divisor nearest to a part every two
    /// dimensions with 4 bits, every eight with more.
    /// </summary>
    public int Parts { get; init; }

    /// <summary>
    /// Bits of a code: 4 to 8 a part (product), 4 or 8 a dimension (scalar), 1 to 8 a dimension (RaBitQ). 0 for 4, 8
    /// and 4.
    /// </summary>
    public int Bits { get; init; }

    /// <summary>Rotates residuals before product quantization so that its parts lose less (OPQ).</summary>
    public bool Opq { get; init; }

    /// <summary>Lists probed by a search that names no effort (nprobe), 1 to 65,536.</summary>
    public int Probes { get; init; } = 8;

    /// <summary>
    /// Rows compared by their vectors for each result wanted, 1 to 1,000; 0 for what suits the encoding.
    /// </summary>
    public int Rerank { get; init; }

    /// <summary>How the list of a row is found.</summary>
    public CoarseAssigner Assigner { get; init; } = CoarseAssigner.Auto;

    /// <summary>Rows that the lists are trained on, for each list, 1 to 1,024.</summary>
    public int TrainingRowsPerList { get; init; } = 64;

    /// <summary>
    /// Share of assignments that are compared with a search of all centroids, 0 to 1: counted, not mended.
    /// </summary>
    public double Validation { get; init; }

    /// <summary>Seed of everything random: equal rows and options give equal lists.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Lists that so many rows are parted into.</summary>
    public int ListsFor(int rows) =>
        Math.Clamp(Lists == 0 ? (int)Math.Round(4 * Math.Sqrt(rows)) : Lists, 1, Math.Max(1, rows));

    /// <summary>Bytes that a row of so many dimensions takes in the lists: its code, a term, and its number.</summary>
    public int BytesPerRow(int dimensions)
    {
        var bits = BitsOrDefault;
        var code = Encoding switch
        {
            IvfEncoding.Flat => dimensions * sizeof(float),
            IvfEncoding.Float16 => dimensions * sizeof(ushort),
            IvfEncoding.Scalar => (dimensions * bits + 7) / 8,

            // Scanned four parts at a time.
            IvfEncoding.Product when bits == 4 => (PartsFor(dimensions) + 3) / 4 * 2,
            IvfEncoding.Product => PartsFor(dimensions),

            // Whole bytes after the rotation, and factors: two for the signs, three more for further bits.
            _ => (dimensions + 7) / 8 * bits + ((bits == 1 ? 2 : 5) * sizeof(float)),
        };
        return code + sizeof(float) + sizeof(int);
    }

    internal int BitsOrDefault => Bits != 0 ? Bits : Encoding == IvfEncoding.Scalar ? 8 : 4;

    internal int PartsFor(int dimensions)
    {
        if (Parts != 0)
        {
            return Parts;
        }

        var wanted = Math.Max(1, dimensions / (BitsOrDefault == 4 ? 2 : 8));
        return Enumerable.Range(1, dimensions).Where(parts => dimensions % parts == 0)
            .MinBy(parts => Math.Abs(parts - wanted));
    }

    /// <summary>Candidates to compare by their vectors when so many results are collected.</summary>
    internal int CandidatesFor(int results) =>
        Math.Max(results, (int)Math.Min((long)results * RerankOrDefault, Limits.SearchWindow));

    internal void Validate(string field, VectorFieldOptions vectors)
    {
        Require(vectors.Metric is Metric.L2 or Metric.Dot or Metric.Cosine, field, "metric", "l2, dot or cosine");
        Require(Lists is >= 0 and <= 1 << 20, field, "lists", "0 (auto) to 1,048,576");
        Require(Enum.IsDefined(Encoding), field, "encoding", "flat, float16, scalar, product or rabitq");
        Require(Enum.IsDefined(Assigner), field, "assigner", "auto, brute, kdtree, hnsw, projection or screen");
        Require(Probes is >= 1 and <= Limits.SearchWindow, field, "probes", "1 to 65,536");
        Require(Rerank is >= 0 and <= 1_000, field, "rerank", "0 (auto) to 1,000");
        Require(TrainingRowsPerList is >= 1 and <= 1_024, field, "trainingRowsPerList", "1 to 1,024");
        Require(Validation is >= 0 and <= 1, field, "validation", "0 to 1");
        var isProduct = Encoding == IvfEncoding.Product;
        Require(isProduct || !Opq, field, "opq", "false without product quantization");
        Require(isProduct || Parts == 0, field, "parts", "0 without product quantization");
        Require(
            Parts >= 0 && (Parts == 0 || vectors.Dimensions % Parts == 0),
            field,
            "parts",
            $"0 (auto) or a divisor of the {vectors.Dimensions} dimensions");
        ValidateBits(field);
    }

    private int RerankOrDefault => Rerank != 0
        ? Rerank
        : (Encoding, BitsOrDefault) switch
        {
            (IvfEncoding.Flat or IvfEncoding.Float16, _) => 1,
            (IvfEncoding.Scalar or IvfEncoding.RaBitQ, >= 6) => 2,
            (IvfEncoding.Scalar or IvfEncoding.RaBitQ, >= 3) => 4,
            _ => 10,
        };

    private void ValidateBits(string field)
    {
        var (holds, range) = Encoding switch
        {
            IvfEncoding.Scalar => (Bits is 0 or 4 or 8, "0 (auto), 4 or 8"),
            IvfEncoding.Product => (Bits is 0 or (>= 4 and <= 8), "0 (auto) or 4 to 8"),
            IvfEncoding.RaBitQ => (Bits is >= 0 and <= 8, "0 (auto) to 8"),
            _ => (Bits == 0, "0 where codes have no choice of bits"),
        };
        Require(holds, field, "bits", range);
    }

    private static void Require(bool holds, string field, string option, string range)
    {
        if (!holds)
        {
            throw new SchemaException(field, $"ivf: {option} must be {range}");
        }
    }
}

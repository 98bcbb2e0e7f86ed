using System.Diagnostics;

namespace Vesper.Hosts.Tests.Packaging;

/// <summary>What a finished process left.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors);

/// <summary>Starts the SDK that runs these tests, or a program that needs it, as a user's shell would.</summary>
internal static class SdkProcess
{
    // A hang guard: the slowest of these takes seconds.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // Set by the build or the test host above us; they would lead a nested build astray.
    private static readonly string[] InheritedPrefixes = ["MSBUILD", "VSTEST", "TESTINGPLATFORM", "VESPER_"];

    /// <summary>The installation of the running runtime, which is its shared/Microsoft.NETCore.App/VERSION.</summary>
    public static string Root { get; } =
        Path.GetFullPath(Path.Combine(typeof(object).Assembly.Location, "../../../.."));

    public static Task<ProcessResult> DotnetAsync(string folder, string arguments, CancellationToken cancellation) =>
        RunAsync(Path.Combine(Root, Executable("dotnet")), folder, arguments, cancellation);

    /// <summary>The file name of a program on this system.</summary>
    public static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    public static async Task<ProcessResult> RunAsync(
        string program, string folder, string arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetEnvironment(start.Environment);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ProcessResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static void SetEnvironment(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsInherited).ToList())
        {
            environment.Remove(name);
        }

        environment["DOTNET_ROOT"] = Root;
        environment["DOTNET_NOLOGO"] = "1";
        environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        // A build node that stays would hold our end of the pipes open.
        environment["MSBUILDDISABLENODEREUSE"] = "1";
    }

    private static bool IsInherited(string name) =>
        InheritedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}

# frozen_string_literal: true

# Runs each program of a folder in this process, with a stand-in for the SDK, and writes which method is called with what:
# a line of JSON each.

require 'json'

# Accepts every call, and records the last.
class Recorder < BasicObject
  def initialize(output, path)
    @output = output
    @path = path
  end

  def method_missing(name, *arguments, **named)
    path = @path + [name]
    return ::Recorder.new(@output, path) if arguments.empty? && named.empty? && ::SERVICES.include?(path)

    @output.merge!(method: path.join('.'), arguments: named, positional: arguments.length)
    {}
  end

  def respond_to_missing?(*) = true
end

# A class of options, by its name.
class Options
  def self.new(**fields) = { class: name, **fields }
end

# A namespace that defines every class on first use.
module Anything
  def const_missing(name)
    return const_set(name, Client.dup) if name == :Client

    base = name.to_s.end_with?('Options') || name == :Authorization ? Options : Object
    const_set(name, Class.new(base) { extend Anything })
  end
end

# A client.
class Client
  def self.new(**credential)
    $output[:client] = name
    $output[:credential] = credential
    Recorder.new($output, [])
  end
end

%w[Stytch StytchB2B].each { |name| Object.const_set(name, Module.new { extend Anything }) }
$LOADED_FEATURES << 'stytch.rb'
module Kernel
  alias required require
  def require(name) = name == 'stytch' || required(name)
  def pp(*) = nil
end

SERVICES = JSON.parse(ARGV[1]).map { |path| path.split('.').map(&:to_sym) }
Dir[File.join(ARGV[0], '*.rb')].sort.each do |program|
  $output = { program: File.basename(program, '.rb') }
  begin
    load program
  rescue Exception => e # rubocop:disable Lint/RescueException
    $output[:error] = e.full_message(highlight: false)
  end
  puts JSON.generate($output)
end
